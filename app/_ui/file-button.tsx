'use client';

import { useEffect, useRef, useState } from 'react';
import type { Reading } from '../_client/all-pages.ts';
import { download } from '../_client/download.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Button } from './button.tsx';
import { FormNotice } from './notice.tsx';
import { Progress } from './progress.tsx';

type FileButtonProps = {
  label: string;
  file: string;
  /** Reads all there is, however many pages that takes, and gives the file's text. */
  read: (reading: Reading) => Promise<string>;
  /** How far the reading is. */
  progress: (count: string) => string;
  /** Said once the file is handed out. */
  saved?: string;
  className?: string;
};

/** Hands out a long list as a file; it can take a while, so it can be ended, and ends with the page. */
export function FileButton({ label, file, read, progress, saved = '', className }: FileButtonProps) {
  const { submit, busy, wrong } = useSubmit();
  const [count, setCount] = useState(0);
  const [isSaved, setIsSaved] = useState(false);
  const running = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      running.current?.abort();
    },
    [],
  );
  const take = async () => {
    const cancel = new AbortController();
    running.current = cancel;
    setCount(0);
    setIsSaved(false);
    try {
      download(file, await read({ onCount: setCount, signal: cancel.signal }));
      setIsSaved(saved !== '');
    } catch (error) {
      // Ended by the person: nothing went wrong.
      if (!cancel.signal.aborted) throw error;
    }
  };
  return (
    <>
      <Button
        className={className}
        busy={busy}
        onClick={() => {
          void submit(take);
        }}
      >
        {label}
      </Button>
      {busy && <Progress label={progress(String(count))} onCancel={() => running.current?.abort()} />}
      <FormNotice state={{ done: isSaved, wrong }} done={saved} />
    </>
  );
}
