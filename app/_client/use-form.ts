'use client';

import { useRouter } from 'next/navigation';
import type { SubmitEvent } from 'react';
import { useSubmit } from './use-submit.ts';

/** What was typed into a form; `text` is without the blanks around it, '' where there is none. */
export type Typed = { fields: FormData; text: (name: string) => string };

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
  const run = async (fields: FormData, shown: HTMLFormElement | null) => {
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    if (!(await submit(() => send({ fields, text }))) || after === 'stay') return;
    if (after === 'empty') shown?.reset();
    router.refresh();
  };
  const form = {
    // React empties the fields by itself. It must not wait: what is set meanwhile would show late.
    action: (fields: FormData) => {
      void run(fields, null);
    },
    // Prevented, React leaves the fields as they are and does not act a second time.
    onSubmit: (event: SubmitEvent<HTMLFormElement>) => {
      event.preventDefault();
      const shown = event.currentTarget;
      void run(new FormData(shown, event.submitter), shown);
    },
  };
  return { ...state, form };
}
