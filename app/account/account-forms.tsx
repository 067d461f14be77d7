'use client';

import { useRouter } from 'next/navigation';
import type { FormEvent } from 'react';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Button } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { accessWords } from './access-words.ts';

const w = accessWords.account;
const PASSWORD_MIN = 10;

export function NameForm({ name, email }: { name: string; email: string }) {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = String(new FormData(event.currentTarget).get('name') ?? '');
    if (await submit(() => trpc.account.rename.mutate({ name: given }))) router.refresh();
  };
  return (
    <SectionCard title={w.nameTitle}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          void save(event);
        }}
      >
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
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const change = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const changed = await submit(() =>
      trpc.account.changePassword.mutate({
        current: String(fields.get('current') ?? ''),
        next: String(fields.get('next') ?? ''),
      }),
    );
    if (!changed) return;
    form.reset();
    router.refresh();
  };
  return (
    <SectionCard title={w.password} {...(hasPassword ? {} : { hint: w.noPassword })}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          void change(event);
        }}
      >
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
