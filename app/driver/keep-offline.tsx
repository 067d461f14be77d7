'use client';

import { useEffect } from 'react';

/** Registers the worker that keeps the last state; browsers have one on https and localhost only. */
export function KeepOffline() {
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    navigator.serviceWorker.register('/sw.js', { scope: '/driver' }).catch(() => undefined);
  }, []);
  return null;
}
