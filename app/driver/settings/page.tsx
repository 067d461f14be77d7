import type { Metadata } from 'next';
import { accessWords } from '../../account/access-words.ts';
import { visitor } from '../../_client/api.ts';
import { ButtonLink } from '../../_ui/button.tsx';
import { SignOutButton } from '../../_ui/sign-out-button.tsx';
import { settingsWords } from './settings-words.ts';
import { BatteryForm } from './settings-forms.tsx';
import { WeeklyForm } from './weekly-form.tsx';

export const metadata: Metadata = { title: settingsWords.settings.title };

export default async function SettingsPage() {
  const { caller } = await visitor('session:read');
  const [profile, weekly] = await Promise.all([caller.driver.profile(), caller.driver.weekly()]);
  return (
    <main className="mx-auto flex max-w-xl flex-col gap-4 px-4">
      <h1 className="text-2xl font-semibold">{settingsWords.settings.title}</h1>
      <p className="text-soft">
        {profile.name} · {profile.email}
      </p>
      <WeeklyForm wishes={weekly} />
      <BatteryForm batteryWh={profile.batteryWh} />
      <ButtonLink href="/account">{accessWords.account.fromSettings}</ButtonLink>
      <SignOutButton />
    </main>
  );
}
