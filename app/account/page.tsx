import type { Metadata } from 'next';
import { visitor } from '../_client/api.ts';
import { chosenTheme } from '../_client/chosen-theme.ts';
import { SectionCard } from '../_ui/section-card.tsx';
import { ThemeChoice } from '../_ui/theme-choice.tsx';
import { uiWords } from '../_ui/ui-words.ts';
import { accessWords } from './access-words.ts';
import { NameForm, PasswordForm } from './account-forms.tsx';
import { DataSection } from './data-section.tsx';
import { OrganisationSection } from './organisation-section.tsx';
import { SignInSection } from './sign-in-section.tsx';

export const metadata: Metadata = { title: accessWords.account.title };

/** The person behind a sign-in, in whatever role: name, password, organisations, devices, data. */
export default async function AccountPage() {
  const { caller } = await visitor('account:read');
  const [profile, organisations, signIns, theme] = await Promise.all([
    caller.account.profile(),
    caller.account.organisations(),
    caller.account.signIns(),
    chosenTheme(),
  ]);
  return (
    <main className="flex flex-col gap-4 px-4 pb-12">
      <h1 className="text-2xl font-semibold">{accessWords.account.title}</h1>
      <div className="grid items-start gap-4 md:grid-cols-2">
        <NameForm name={profile.name} email={profile.email} />
        <PasswordForm hasPassword={profile.hasPassword} email={profile.email} />
      </div>
      {organisations.length > 1 && <OrganisationSection organisations={organisations} />}
      <SectionCard title={uiWords.theme.title} hint={uiWords.theme.hint}>
        <ThemeChoice initial={theme} />
      </SectionCard>
      <SignInSection signIns={signIns} />
      <DataSection />
    </main>
  );
}
