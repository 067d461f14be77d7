'use client';

import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { accessWords } from './access-words.ts';

const w = accessWords.account;
const PASSWORD_MIN = 10;

export function NameForm({ name, email }: { name: string; email: string }) {
  const { form, ...state } = useForm(
    ({ text }) => trpc.account.rename.mutate({ name: text('name') }),
    'refresh',
  );
  return (
    <SectionCard title={w.nameTitle}>
      <form className="flex flex-col gap-4" {...form}>
        <Field name="name" label={w.name} defaultValue={name} maxLength={120} autoComplete="name" />
        <p className="hint break-all">{w.emailIs(email)}</p>
        <Button type="submit" className="self-start" busy={state.busy}>
          {w.save}
        </Button>
        <FormNotice state={state} done={w.saved} />
      </form>
    </SectionCard>
  );
}

export function PasswordForm({ hasPassword, email }: { hasPassword: boolean; email: string }) {
  const { form, ...state } = useForm(
    ({ fields }) =>
      trpc.account.changePassword.mutate({
        current: String(fields.get('current') ?? ''),
        next: String(fields.get('next') ?? ''),
      }),
    'empty',
  );
  return (
    <SectionCard title={w.password} {...(hasPassword ? {} : { hint: w.noPassword })}>
      <form className="flex flex-col gap-4" {...form}>
        {/* For password managers: they keep a password under the name it belongs to. */}
        <input type="hidden" name="username" autoComplete="username" value={email} />
        {hasPassword && (
          <Field
            name="current"
            type="password"
            label={w.current}
            autoComplete="current-password"
          />
        )}
        <Field
          name="next"
          type="password"
          label={w.next}
          hint={w.nextHint}
          minLength={PASSWORD_MIN}
          autoComplete="new-password"
        />
        <Button type="submit" className="self-start" busy={state.busy}>
          {hasPassword ? w.changePassword : w.setPassword}
        </Button>
        <FormNotice state={state} done={w.passwordChanged} />
      </form>
    </SectionCard>
  );
}
