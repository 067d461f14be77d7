'use client';

import { useRef, useState } from 'react';
import { sentenceOf, Unsent } from './plain-error.ts';

/** What a form tells while and after it is sent. */
export type SubmitState = { busy: boolean; done: boolean; wrong: string | null };

const QUIET: SubmitState = { busy: false, done: false, wrong: null };

/** useSubmit sends once at a time and keeps the sentence of what went wrong. */
export function useSubmit() {
  const [state, setState] = useState(QUIET);
  // Not the state: two taps from before the page's script had come find the same one.
  const isUnderWay = useRef(false);
  const submit = async (send: () => Promise<unknown>): Promise<boolean> => {
    if (isUnderWay.current) return false;
    isUnderWay.current = true;
    setState({ ...QUIET, busy: true });
    try {
      await send();
      setState({ ...QUIET, done: true });
      return true;
    } catch (error) {
      setState({ ...QUIET, wrong: error instanceof Unsent ? null : sentenceOf(error) });
      return false;
    } finally {
      isUnderWay.current = false;
    }
  };
  return { ...state, submit };
}
