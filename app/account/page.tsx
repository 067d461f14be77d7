import type { Metadata } from 'next';
import { visitor } from '../_client/api.ts';
import { AccessHeader } from './access-header.tsx';
import { accessWords } from './access-words.ts';
import { NameForm, PasswordForm } from './account-forms.tsx';
import { DataSection } from './data-section.tsx';
import { OrganisationSection } from './organisation-section.tsx';
import { SignInSection } from './sign-in-section.tsx';
import { StopWhenEnded } from './stop-when-ended.tsx';

export const metadata: Metadata = { title: accessWords.account.title };

/** The person behind a sign-in, in whatever role: name, password, organisations, devices, data. */
export default async function AccountPage() {
  const { caller, principal, may } = await visitor('account:read');
  const [profile, organisations, signIns] = await Promise.all([
    caller.account.profile(),
    caller.account.organisations(),
    caller.account.signIns(),
  ]);
  return (
    <div className="mx-auto max-w-5xl">
      <AccessHeader name={principal.name} may={may} />
      <StopWhenEnded />
      <main className="flex flex-col gap-4 px-4 pb-12">
        <h1 className="text-2xl font-semibold">{accessWords.account.title}</h1>
        <div className="grid items-start gap-4 md:grid-cols-2">
          <NameForm name={profile.name} email={profile.email} />
          <PasswordForm hasPassword={profile.hasPassword} email={profile.email} />
        </div>
        {organisations.length > 1 && <OrganisationSection organisations={organisations} />}
        <SignInSection signIns={signIns} />
        <DataSection />
      </main>
    </div>
  );
}
