'use client';

import { useState } from 'react';
import type { FormEvent } from 'react';
import { accessWords } from '../account/access-words.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice, Notice } from '../_ui/notice.tsx';
import { words } from '../_ui/words.ts';
import { startProvider } from './start-provider.ts';

const w = accessWords.signIn;

/** A link by mail. The answer is the same whether somebody has the address or not. */
export function LinkForm() {
  const { submit, ...state } = useSubmit();
  const [minutes, setMinutes] = useState('');
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get('email') ?? '');
    void submit(async () => {
      const sent = await trpc.setup.requestLink.mutate({ email });
      setMinutes(String(sent.minutes));
    });
  };
  return (
    <form className="card flex flex-col gap-4" onSubmit={send}>
      <h2 className="text-lg font-semibold">{w.linkTitle}</h2>
      <Field
        name="email"
        type="email"
        label={words.signIn.email}
        hint={w.linkHint}
        autoComplete="email"
      />
      <Button type="submit" busy={state.busy}>
        {w.linkSubmit}
      </Button>
      <FormNotice state={state} done={w.linkSent(minutes)} />
    </form>
  );
}

/** Leaves for the provider that the operator has set. */
export function OidcButton({ label }: { label: string }) {
  const [state, setState] = useState({ busy: false, failed: false });
  const start = async () => {
    if (state.busy) return;
    setState({ busy: true, failed: false });
    const left = await startProvider().catch(() => false);
    if (!left) setState({ busy: false, failed: true });
  };
  return (
    <div className="flex flex-col gap-2">
      <Button
        kind="main"
        busy={state.busy}
        onClick={() => {
          void start();
        }}
      >
        {label}
      </Button>
      {state.failed && (
        <Notice kind="error">
          <p>{w.errors['OAuthSignin']}</p>
        </Notice>
      )}
    </div>
  );
}
