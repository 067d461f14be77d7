'use client';

import { useState } from 'react';
import { accessWords } from '../account/access-words.ts';
import { leaveFor } from '../_client/leaving.ts';
import { PlainError } from '../_client/plain-error.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { words } from '../_ui/words.ts';
import { providerAddress } from './provider-address.ts';

const w = accessWords.signIn;

/** A link by mail. The answer is the same whether somebody has the address or not. */
export function LinkForm() {
  const [minutes, setMinutes] = useState('');
  const { form, ...state } = useForm(async ({ text }) => {
    const sent = await trpc.setup.requestLink.mutate({ email: text('email') });
    setMinutes(String(sent.minutes));
  }, 'stay');
  return (
    <form className="card flex flex-col gap-4" {...form}>
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
  const { form, ...state } = useForm(async () => {
    const address = await providerAddress().catch(() => null);
    if (address === null) throw new PlainError(w.errors['OAuthSignin']);
    await leaveFor(address);
  }, 'stay');
  return (
    <form className="flex flex-col gap-2" {...form}>
      <Button type="submit" kind="main" busy={state.busy}>
        {label}
      </Button>
      <FormNotice state={state} />
    </form>
  );
}
