'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

const EVERY_MS = 5_000;

/** Keeps the lists current while somebody looks at them. */
export function RefreshOften() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) router.refresh();
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [router]);
  return null;
}
