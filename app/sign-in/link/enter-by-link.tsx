'use client';

import { accessWords } from '../../account/access-words.ts';
import { leaveFor } from '../../_client/leaving.ts';
import { PlainError } from '../../_client/plain-error.ts';
import { signIn } from '../../_client/sign-in.ts';
import { useForm } from '../../_client/use-form.ts';
import { Button, ButtonLink } from '../../_ui/button.tsx';
import { Notice } from '../../_ui/notice.tsx';

const w = accessWords.link;

/** The token stands after the "#" of the address: it is sent to the server by this button alone. */
export function EnterByLink() {
  const { form, busy, wrong } = useForm(async () => {
    const token = window.location.hash.slice(1);
    const reason = await signIn('link', { token });
    if (reason !== null) throw new PlainError(w.gone);
    await leaveFor('/');
  }, 'stay');
  if (wrong !== null) {
    return (
      <Notice kind="error" action={<ButtonLink href="/sign-in">{w.again}</ButtonLink>}>
        <p>{w.gone}</p>
      </Notice>
    );
  }
  return (
    <form className="card flex flex-col gap-4" {...form}>
      <p className="text-soft">{w.intro}</p>
      <Button type="submit" kind="main" busy={busy}>
        {w.submit}
      </Button>
    </form>
  );
}
