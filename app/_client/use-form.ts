'use client';

import { useRouter } from 'next/navigation';
import { useRef, type SubmitEvent, type SyntheticEvent } from 'react';
import { pressAgain } from './press-again.ts';
import { useSubmit } from './use-submit.ts';

/** What was typed into a form; `text` is without the blanks around it, '' where there is none. */
export type Typed = { fields: FormData; text: (name: string) => string; shown: HTMLFormElement };

/**
 * useForm sends what a form holds, once at a time. `after`: nothing happens to the page; it is shown
 * anew; the fields are emptied and it is shown anew. Its `form` is spread on the form: React keeps
 * what is sent before the page's script has come, and hands it to `action` once it has. Without one
 * the browser would send the form itself, a password in the address.
 */
export function useForm(
  send: (typed: Typed) => Promise<unknown>,
  after: 'stay' | 'refresh' | 'empty',
) {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const ref = useRef<HTMLFormElement>(null);
  const isEmptying = useRef(false);
  const run = async (shown: HTMLFormElement, fields: FormData) => {
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    if (!(await submit(() => send({ fields, text, shown }))) || after === 'stay') return;
    if (after === 'empty') {
      isEmptying.current = true;
      shown.reset();
      isEmptying.current = false;
    }
    router.refresh();
  };
  const form = {
    ref,
    action: (fields: FormData) => {
      pressAgain(ref.current, fields);
    },
    // Prevented, React leaves the fields as they are and does not act a second time.
    onSubmit: (event: SubmitEvent<HTMLFormElement>) => {
      event.preventDefault();
      void run(event.currentTarget, new FormData(event.currentTarget, event.submitter));
    },
    // React empties the fields of what it kept, also where it is then refused.
    onReset: (event: SyntheticEvent<HTMLFormElement>) => {
      if (!isEmptying.current) event.preventDefault();
    },
  };
  return { ...state, form };
}
