'use client';

import * as Radix from 'radix-ui/dialog';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { useOpener } from './use-opener.ts';

type DialogProps = {
  title: string;
  hint?: string;
  close: string;
  /** Something on it is shown this once: neither Escape nor a press outside nor its button closes it. */
  isHeld?: boolean;
  onClose: () => void;
  children: ReactNode;
};

/** Something to do without leaving the page; Escape and a press outside close it. */
export function Dialog({ title, hint, close, isHeld = false, onClose, children }: DialogProps) {
  const giveBack = useOpener();
  return (
    <Radix.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen && !isHeld) onClose();
      }}
    >
      <Radix.Portal>
        {/* Not Radix's own overlay: it writes a style sheet that the content policy refuses. */}
        <div className="veil" />
        <Radix.Content
          onCloseAutoFocus={giveBack}
          className="dialog max-w-3xl"
          {...(hint === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <div className="flex items-start justify-between gap-3">
            <div className="min-w-0">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {hint !== undefined && <Radix.Description className="hint">{hint}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button off={isHeld}>{close}</Button>
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
