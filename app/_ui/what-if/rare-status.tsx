'use client';

import { useEffect, useRef, useState } from 'react';

const QUIET_MS = 1_000;
const APART_MS = 10_000;

/** Says a changed text to screen readers once it has come to rest, at most every ten seconds. */
export function RareStatus({ text }: { text: string }) {
  const [said, setSaid] = useState('');
  const first = useRef(text);
  const lastMs = useRef(-Infinity);
  useEffect(() => {
    if (text === first.current && lastMs.current === -Infinity) return;
    const wait = Math.max(QUIET_MS, lastMs.current + APART_MS - performance.now());
    const timer = setTimeout(() => {
      lastMs.current = performance.now();
      setSaid(text);
    }, wait);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  );
}
