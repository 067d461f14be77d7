'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useSubmit } from '../_client/use-submit.ts';
import { Button, type ButtonKind } from './button.tsx';
import { Confirm } from './confirm.tsx';

type ActProps = {
  label: string;
  /** What a screen reader says where the label alone does not tell of what. */
  spoken?: string;
  kind?: ButtonKind;
  /** Asked before it is done. */
  confirm?: { question: string; hint: string };
  act: () => Promise<unknown>;
};

/** A button that changes something and shows the page anew; what went wrong stands beside it. */
export function ActButton({ label, spoken, kind = 'plain', confirm, act }: ActProps) {
  const router = useRouter();
  const { submit, ...state } = useSubmit();
  const [isAsking, setIsAsking] = useState(false);
  const run = async () => {
    const done = await submit(act);
    setIsAsking(false);
    if (done) router.refresh();
  };
  const press = () => {
    if (confirm === undefined) void run();
    else setIsAsking(true);
  };
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <Button kind={kind} busy={state.busy} aria-label={spoken} onClick={press}>
        {label}
      </Button>
      <span role="alert" className="wrong empty:sr-only">
        {state.wrong}
      </span>
      {isAsking && confirm !== undefined && (
        <Confirm
          {...confirm}
          label={label}
          spoken={spoken}
          busy={state.busy}
          onConfirm={() => {
            void run();
          }}
          onCancel={() => {
            setIsAsking(false);
          }}
        />
      )}
    </span>
  );
}
