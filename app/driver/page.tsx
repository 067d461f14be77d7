import type { Metadata } from 'next';
import { visitor } from '../_client/api.ts';
import { words } from '../_ui/words.ts';
import { CurrentStay } from './current-stay.tsx';

export const metadata: Metadata = { title: words.nav.stay };

export default async function DriverPage() {
  const { caller } = await visitor('session:read');
  const [stay, profile] = await Promise.all([caller.charging.current(), caller.driver.profile()]);
  return <CurrentStay initial={stay} batteryWh={profile.batteryWh} />;
}
