'use client';

import { useSyncExternalStore } from 'react';
import { clientWords } from '../_client/client-words.ts';

const subscribe = () => () => undefined;
const { locale } = clientWords;
const options = { dateStyle: 'medium', timeStyle: 'short' } as const;

type LocalTimeProps = {
  at: Date;
  /** The sentence the time belongs in; without it the time stands alone. */
  say?: ((time: string) => string) | undefined;
};

/** An instant in the reader's own time zone; UTC until the browser has said which that is. */
export function LocalTime({ at, say }: LocalTimeProps) {
  const text = useSyncExternalStore(
    subscribe,
    () => new Intl.DateTimeFormat(locale, options).format(at),
    () => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(at),
  );
  return <time dateTime={at.toISOString()}>{say === undefined ? text : say(text)}</time>;
}
