'use client';

import { useState } from 'react';
import type { ReactNode } from 'react';

type FoldProps = {
  label: string;
  /** Whether it is open to begin with; from then on the reader decides, whatever comes to the page. */
  isOpen?: boolean;
  children: ReactNode;
};

/** What most readers need seldom, behind its own name; the browser's own fold, found by its search. */
export function Fold({ label, isOpen = false, children }: FoldProps) {
  const [begins] = useState(isOpen);
  return (
    <details open={begins}>
      <summary className="button w-fit">{label}</summary>
      <div className="pt-4">{children}</div>
    </details>
  );
}
