'use client';

import { useState } from 'react';
import type { FormEvent } from 'react';
import { signIn } from '../_client/sign-in.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { words } from '../_ui/words.ts';

export function SignInForm() {
  const [state, setState] = useState<{ working: boolean; wrong: string | null }>({
    working: false,
    wrong: null,
  });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (state.working) return;
    setState({ working: true, wrong: null });
    const form = new FormData(event.currentTarget);
    const reason = await signIn('credentials', {
      email: String(form.get('email')),
      password: String(form.get('password')),
    }).catch(() => words.signIn.failed);
    if (reason === null) window.location.assign('/');
    else setState({ working: false, wrong: sentenceFor(reason) });
  };
  return (
    <form
      className="card flex flex-col gap-4"
      onSubmit={(event) => {
        void submit(event);
      }}
    >
      <Field name="email" type="email" label={words.signIn.email} autoComplete="username" />
      <Field
        name="password"
        type="password"
        label={words.signIn.password}
        autoComplete="current-password"
      />
      <FormNotice state={{ done: false, wrong: state.wrong }} />
      <Button type="submit" kind="main" busy={state.working}>
        {words.signIn.submit}
      </Button>
      <p className="hint">{words.signIn.noAccount}</p>
    </form>
  );
}

/** next-auth answers a code of one word where nothing else was said. */
function sentenceFor(reason: string): string {
  if (reason === 'CredentialsSignin') return words.signIn.wrong;
  return reason.includes(' ') ? reason : words.signIn.failed;
}
