'use client';

import { accessWords } from '../account/access-words.ts';
import { leaveFor } from '../_client/leaving.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button, ButtonLink } from '../_ui/button.tsx';
import { Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SignOutButton } from '../_ui/sign-out-button.tsx';
import { words } from '../_ui/words.ts';
import { setupWords } from './setup-words.ts';
import { SetupForm } from './setup-forms.tsx';

const w = accessWords.invitation;

type InvitationProps = {
  token: string;
  invitation: { name: string; email: string; organisation: string; hasAccount: boolean };
  /** The address of whoever is signed in; null: nobody. */
  signedInAs: string | null;
};

/** An invitation, for whoever opened it: a new person, the invited one signed in, or somebody else. */
export function Invitation({ token, invitation, signedInAs }: InvitationProps) {
  const { name, email, organisation, hasAccount } = invitation;
  if (signedInAs === email) return <AcceptSignedIn token={token} organisation={organisation} />;
  if (signedInAs !== null) {
    return (
      <div className="card flex flex-col gap-4">
        <h1 className="text-2xl font-semibold">{w.title(organisation)}</h1>
        <p>{w.otherPerson(email)}</p>
        <SignOutButton />
      </div>
    );
  }
  if (hasAccount) {
    return (
      <div className="card flex flex-col gap-4">
        <h1 className="text-2xl font-semibold">{w.title(organisation)}</h1>
        <p>{w.signInFirst(email)}</p>
        <ButtonLink kind="main" href="/sign-in">
          {words.signIn.title}
        </ButtonLink>
      </div>
    );
  }
  const send = async ({ password }: { password: string }) => {
    await trpc.setup.acceptInvitation.mutate({ token, password });
    return { email };
  };
  return (
    <SetupForm
      title={w.title(organisation)}
      intro={w.intro(name)}
      submitLabel={w.accept}
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

function AcceptSignedIn({ token, organisation }: { token: string; organisation: string }) {
  const { form, ...state } = useForm(async () => {
    await trpc.setup.acceptInvitation.mutate({ token, password: null });
    await leaveFor('/');
  }, 'stay');
  return (
    <form className="card flex flex-col gap-4" {...form}>
      <h1 className="text-2xl font-semibold">{w.title(organisation)}</h1>
      <p className="text-soft">{w.asYou}</p>
      <FormNotice state={state} done={setupWords.working} />
      <Button type="submit" kind="main" busy={state.busy}>
        {w.accept}
      </Button>
    </form>
  );
}
