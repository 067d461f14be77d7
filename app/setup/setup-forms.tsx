'use client';

import type { FormEvent } from 'react';
import { signIn } from '../_client/sign-in.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Field } from '../_ui/field.tsx';
import { FormNote } from '../_ui/form-note.tsx';
import { words } from '../_ui/words.ts';

const PASSWORD_MIN = 10;

function textOf(form: FormData, name: string): string {
  return String(form.get(name) ?? '');
}

/** The account exists now: sign in with it, and go where its work begins. */
async function enter(email: string, password: string): Promise<void> {
  const reason = await signIn('credentials', { email, password });
  window.location.assign(reason === null ? '/' : '/sign-in');
}

export function FirstAdminForm({ token }: { token: string }) {
  const { submit, ...state } = useSubmit();
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = textOf(form, 'email');
    const password = textOf(form, 'password');
    await submit(async () => {
      await trpc.setup.claim.mutate({
        token,
        email,
        password,
        organisation: textOf(form, 'organisation'),
        name: textOf(form, 'name'),
      });
      await enter(email, password);
    });
  };
  return (
    <form
      className="card flex flex-col gap-4"
      onSubmit={(event) => {
        void send(event);
      }}
    >
      <h1 className="text-2xl font-semibold">{words.setup.title}</h1>
      <p className="text-soft">{words.setup.intro}</p>
      <Field name="organisation" label={words.setup.organisation} autoComplete="organization" />
      <Field name="name" label={words.setup.name} autoComplete="name" />
      <Field name="email" type="email" label={words.signIn.email} autoComplete="username" />
      <Field
        name="password"
        type="password"
        label={words.signIn.password}
        hint={words.settings.nextHint}
        minLength={PASSWORD_MIN}
        autoComplete="new-password"
      />
      <FormNote state={state} done={words.setup.working} />
      <button type="submit" className="button button-main" aria-disabled={state.busy}>
        {words.setup.submit}
      </button>
    </form>
  );
}

export function InviteForm({ token, name, email }: { token: string; name: string; email: string }) {
  const { submit, ...state } = useSubmit();
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = textOf(new FormData(event.currentTarget), 'password');
    await submit(async () => {
      await trpc.setup.acceptInvite.mutate({ token, password });
      await enter(email, password);
    });
  };
  return (
    <form
      className="card flex flex-col gap-4"
      onSubmit={(event) => {
        void send(event);
      }}
    >
      <h1 className="text-2xl font-semibold">{words.setup.invite(name)}</h1>
      <p className="text-soft">{words.setup.inviteIntro}</p>
      <Field
        name="email"
        type="email"
        label={words.signIn.email}
        autoComplete="username"
        value={email}
        readOnly
      />
      <Field
        name="password"
        type="password"
        label={words.signIn.password}
        hint={words.settings.nextHint}
        minLength={PASSWORD_MIN}
        autoComplete="new-password"
      />
      <FormNote state={state} done={words.setup.working} />
      <button type="submit" className="button button-main" aria-disabled={state.busy}>
        {words.setup.submitInvite}
      </button>
    </form>
  );
}
