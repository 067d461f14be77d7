'use client';

import type { ReactNode } from 'react';
import { leaveFor } from '../_client/leaving.ts';
import { signIn } from '../_client/sign-in.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm, type Typed } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { words } from '../_ui/words.ts';
import { setupWords } from './setup-words.ts';

const PASSWORD_MIN = 10;

/** The account exists now: sign in with it, and go where its work begins. */
async function enter(email: string, password: string): Promise<void> {
  const reason = await signIn('credentials', { email, password });
  await leaveFor(reason === null ? '/' : '/sign-in');
}

type FrameProps = {
  title: string;
  intro: string;
  submitLabel: string;
  /** Makes the account; @returns the name to sign in with. */
  send: (typed: Typed & { password: string }) => Promise<{ email: string }>;
  children: ReactNode;
};

/** What every set-up asks for last: a password, then straight in. */
export function SetupForm({ title, intro, submitLabel, send, children }: FrameProps) {
  const { form, ...state } = useForm(async (typed) => {
    const password = String(typed.fields.get('password') ?? '');
    const { email } = await send({ ...typed, password });
    await enter(email, password);
  }, 'stay');
  return (
    <form className="card flex flex-col gap-4" {...form}>
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
  const send = async ({ text, password }: Typed & { password: string }) => {
    const [email, organisation, name] = [text('email'), text('organisation'), text('name')];
    await trpc.setup.claim.mutate({ token, email, password, organisation, name });
    return { email };
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
  const send = async ({ password }: { password: string }) => {
    await trpc.setup.acceptInvite.mutate({ token, password });
    return { email };
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
