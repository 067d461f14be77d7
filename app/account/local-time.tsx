'use client';

import { useSyncExternalStore } from 'react';

const subscribe = () => () => undefined;
const options = { dateStyle: 'medium', timeStyle: 'short' } as const;

/** An instant in the reader's own time zone; UTC until the browser has said which that is. */
export function LocalTime({ at }: { at: Date }) {
  const text = useSyncExternalStore(
    subscribe,
    () => new Intl.DateTimeFormat('en-GB', options).format(at),
    () => new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(at),
  );
  return <time dateTime={at.toISOString()}>{text}</time>;
}
