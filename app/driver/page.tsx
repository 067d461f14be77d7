import type { Metadata } from 'next';
import { visitor } from '../_client/api.ts';
import { words } from '../_ui/words.ts';
import { CurrentStay } from './current-stay.tsx';

export const metadata: Metadata = { title: words.nav.stay };

export default async function DriverPage() {
  const { caller, principal } = await visitor('session:read');
  const [stay, profile] = await Promise.all([caller.charging.current(), caller.driver.profile()]);
  // Kept on the phone with the page, so that an old one can tell how old it is.
  const keeping = { personId: principal.personId, madeAtMs: Date.now() };
  return <CurrentStay initial={stay} batteryWh={profile.batteryWh} keeping={keeping} />;
}
