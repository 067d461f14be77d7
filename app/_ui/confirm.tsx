'use client';

import * as Radix from 'radix-ui/alert-dialog';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { uiWords } from './ui-words.ts';
import { useOpener } from './use-opener.ts';

type ConfirmProps = {
  /** What is about to happen, as a question or a sentence. */
  question: string;
  /** What comes of it. */
  hint?: string;
  /** Says what the button does, never "OK". */
  label: string;
  /** What a screen reader says where the label alone does not tell of what. */
  spoken?: string | undefined;
  /** Whether it can be undone. */
  kind?: 'danger' | 'main';
  busy?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
  children?: ReactNode;
};

/** Asks once more before something that a person would notice; the safe way out has the focus. */
export function Confirm({ question, hint, label, spoken, kind = 'danger', ...rest }: ConfirmProps) {
  const giveBack = useOpener();
  return (
    <Radix.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) rest.onCancel();
      }}
    >
      <Radix.Portal>
        {/* Not Radix's own overlay: it writes a style sheet that the content policy refuses. */}
        <div className="veil" />
        <Radix.Content
          onCloseAutoFocus={giveBack}
          className="dialog max-w-md"
          {...(hint === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <Radix.Title className="text-lg font-semibold">{question}</Radix.Title>
          {hint !== undefined && <Radix.Description className="text-soft">{hint}</Radix.Description>}
          {rest.children}
          <div className="flex flex-wrap justify-end gap-3">
            <Radix.Cancel asChild>
              <Button>{uiWords.keep}</Button>
            </Radix.Cancel>
            <Button kind={kind} busy={rest.busy ?? false} aria-label={spoken} onClick={rest.onConfirm}>
              {label}
            </Button>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
