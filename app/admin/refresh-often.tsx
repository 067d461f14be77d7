'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

const EVERY_MS = 5_000;
const PROBE = '/healthz';

/** Next answers a failed refresh with the browser's own error page: it is asked for only where it can work. */
async function isThere(): Promise<boolean> {
  const signal = AbortSignal.timeout(EVERY_MS);
  return fetch(PROBE, { cache: 'no-store', signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Keeps the lists current while somebody looks at them. */
export function RefreshOften() {
  const router = useRouter();
  useEffect(() => {
    let isAsking = false;
    let isGone = false;
    const timer = setInterval(() => {
      if (isAsking || document.hidden) return;
      isAsking = true;
      void isThere().then((there) => {
        isAsking = false;
        if (there && !isGone && !document.hidden) router.refresh();
      });
    }, EVERY_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [router]);
  return null;
}
