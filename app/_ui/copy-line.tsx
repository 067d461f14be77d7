'use client';

import { useState } from 'react';
import { Button } from './button.tsx';

type CopyLineProps = { label: string; value: string; copy: string; copied: string };

/** A value to carry elsewhere: selectable, and copied with one tap. */
export function CopyLine({ label, value, copy, copied }: CopyLineProps) {
  const [done, setDone] = useState(false);
  const take = () => {
    // Browsers give a clipboard to https only; the value can be selected all the same.
    if (!('clipboard' in navigator)) return;
    navigator.clipboard.writeText(value).then(
      () => {
        setDone(true);
      },
      () => {
        setDone(false);
      },
    );
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="basis-full hint sm:basis-32">{label}</span>
      <code className="min-w-0 flex-1 break-all rounded-lg bg-sunken px-3 py-2">{value}</code>
      <Button onClick={take} aria-label={`${copy}: ${label}`}>
        {done ? copied : copy}
      </Button>
    </div>
  );
}
