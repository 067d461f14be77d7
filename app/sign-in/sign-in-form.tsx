'use client';

import { leaveFor } from '../_client/leaving.ts';
import { PlainError } from '../_client/plain-error.ts';
import { signIn } from '../_client/sign-in.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { words } from '../_ui/words.ts';

export function SignInForm() {
  const { form, ...state } = useForm(async ({ fields, text }) => {
    const reason = await signIn('credentials', {
      email: text('email'),
      password: String(fields.get('password') ?? ''),
    }).catch(() => 'offline');
    if (reason !== null) throw new PlainError(sentenceFor(reason));
    await leaveFor('/');
  }, 'stay');
  return (
    <form className="card flex flex-col gap-4" {...form}>
      <Field name="email" type="email" label={words.signIn.email} autoComplete="username" />
      <Field
        name="password"
        type="password"
        label={words.signIn.password}
        autoComplete="current-password"
      />
      <FormNotice state={state} />
      <Button type="submit" kind="main" busy={state.busy}>
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
