'use client';

import { useState } from 'react';
import { sentenceOf } from './trpc.ts';

/** What a form tells while and after it is sent. */
export type SubmitState = { busy: boolean; done: boolean; wrong: string | null };

/** useSubmit sends once at a time and keeps the sentence of what went wrong. */
export function useSubmit() {
  const [state, setState] = useState<SubmitState>({ busy: false, done: false, wrong: null });
  const submit = async (send: () => Promise<unknown>): Promise<boolean> => {
    if (state.busy) return false;
    setState({ busy: true, done: false, wrong: null });
    try {
      await send();
      setState({ busy: false, done: true, wrong: null });
      return true;
    } catch (error) {
      setState({ busy: false, done: false, wrong: sentenceOf(error) });
      return false;
    }
  };
  return { ...state, submit };
}
