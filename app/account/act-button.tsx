'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { sentenceOf } from '../_client/trpc.ts';
import { accessWords } from './access-words.ts';

type ActProps = {
  label: string;
  /** What a screen reader says where the label alone does not tell of what. */
  spoken?: string;
  /** Asked before it is done. */
  confirm?: string;
  act: () => Promise<unknown>;
};

/** A button that changes something and shows the page anew; what went wrong stands beside it. */
export function ActButton({ label, spoken, confirm, act }: ActProps) {
  const router = useRouter();
  const [state, setState] = useState<{ step: 'idle' | 'asked' | 'busy'; wrong: string | null }>({
    step: 'idle',
    wrong: null,
  });
  const run = async () => {
    setState({ step: 'busy', wrong: null });
    try {
      await act();
      setState({ step: 'idle', wrong: null });
      router.refresh();
    } catch (error) {
      setState({ step: 'idle', wrong: sentenceOf(error) });
    }
  };
  const press = () => {
    if (state.step === 'busy') return;
    if (confirm !== undefined && state.step === 'idle') setState({ step: 'asked', wrong: null });
    else void run();
  };
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      {state.step === 'asked' && (
        <>
          <span role="alert">{confirm}</span>
          <button
            type="button"
            className="button"
            onClick={() => {
              setState({ step: 'idle', wrong: null });
            }}
          >
            {accessWords.organisation.keep}
          </button>
        </>
      )}
      <button
        type="button"
        className={`button ${state.step === 'asked' ? 'button-main' : ''}`}
        aria-label={spoken}
        aria-disabled={state.step === 'busy'}
        onClick={press}
      >
        {label}
      </button>
      {state.wrong !== null && (
        <span role="alert" className="wrong">
          {state.wrong}
        </span>
      )}
    </span>
  );
}
