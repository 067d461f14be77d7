'use client';

import type { FormEvent, ReactNode } from 'react';
import { signIn } from '../_client/sign-in.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { words } from '../_ui/words.ts';
import { setupWords } from './setup-words.ts';

const PASSWORD_MIN = 10;

function textOf(form: FormData, name: string): string {
  return String(form.get(name) ?? '');
}

/** The account exists now: sign in with it, and go where its work begins. */
async function enter(email: string, password: string): Promise<void> {
  const reason = await signIn('credentials', { email, password });
  window.location.assign(reason === null ? '/' : '/sign-in');
}

type FrameProps = {
  title: string;
  intro: string;
  submitLabel: string;
  /** Makes the account; @returns what to sign in with. */
  send(form: FormData): Promise<{ email: string; password: string }>;
  children: ReactNode;
};

/** What every set-up asks for last: a password, then straight in. */
export function SetupForm({ title, intro, submitLabel, send, children }: FrameProps) {
  const { submit, ...state } = useSubmit();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void submit(async () => {
      const { email, password } = await send(form);
      await enter(email, password);
    });
  };
  return (
    <form className="card flex flex-col gap-4" onSubmit={onSubmit}>
      <h1 className="text-2xl font-semibold">{title}</h1>
      <p className="text-soft">{intro}</p>
      {children}
      <Field
        name="password"
        type="password"
        label={words.signIn.password}
        hint={setupWords.nextHint}
        minLength={PASSWORD_MIN}
        autoComplete="new-password"
      />
      <FormNotice state={state} done={setupWords.working} />
      <Button type="submit" kind="main" busy={state.busy}>
        {submitLabel}
      </Button>
    </form>
  );
}

export function FirstAdminForm({ token }: { token: string }) {
  const send = async (form: FormData) => {
    const email = textOf(form, 'email');
    const password = textOf(form, 'password');
    const organisation = textOf(form, 'organisation');
    await trpc.setup.claim.mutate({ token, email, password, organisation, name: textOf(form, 'name') });
    return { email, password };
  };
  return (
    <SetupForm
      title={setupWords.title}
      intro={setupWords.intro}
      submitLabel={setupWords.submit}
      send={send}
    >
      <Field name="organisation" label={setupWords.organisation} autoComplete="organization" />
      <Field name="name" label={setupWords.name} autoComplete="name" />
      <Field name="email" type="email" label={words.signIn.email} autoComplete="username" />
    </SetupForm>
  );
}

export function InviteForm({ token, name, email }: { token: string; name: string; email: string }) {
  const send = async (form: FormData) => {
    const password = textOf(form, 'password');
    await trpc.setup.acceptInvite.mutate({ token, password });
    return { email, password };
  };
  return (
    <SetupForm
      title={setupWords.invite(name)}
      intro={setupWords.inviteIntro}
      submitLabel={setupWords.submitInvite}
      send={send}
    >
      <Field
        name="email"
        type="email"
        label={words.signIn.email}
        autoComplete="username"
        value={email}
        readOnly
      />
    </SetupForm>
  );
}
