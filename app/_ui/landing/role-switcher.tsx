'use client';

import type { Role } from '#server/auth/grants.ts';
import { placeParams } from '../../admin/admin-place.ts';
import { homes } from './role-homes.ts';
import { switcherWords } from './switcher-words.ts';
import { useEnter } from './use-enter.ts';

const offers = ['DRIVER', 'CPO', 'MSP', 'MUNICIPALITY', 'GRID', 'ADMIN', 'PLATFORM'] as const;

const ANCHOR = '#stay-';

/** The stay that the page is about, as the page itself or its address marks it. */
function stayInFocus(): string | null {
  const { hash } = window.location;
  if (hash.startsWith(ANCHOR)) return hash.slice(ANCHOR.length);
  return document.querySelector('[data-session-id]')?.getAttribute('data-session-id') ?? null;
}

/** The driver's page is about the stay by itself; elsewhere the address keeps it, also past pages that show none. */
function addressOf(role: Role, stay: string | null): string {
  const home = homes[role];
  if (stay === null || role === 'DRIVER') return home;
  // However old the stay is, the list begins with it.
  const list = home === homes.ADMIN ? `?${placeParams.stays}=${stay}` : '';
  return [home, list, ANCHOR, stay].join('');
}

/** Looks at the same stay with other eyes: signs in as another role of the demo and goes on there. */
export function RoleSwitcher({ current }: { current: Role | null }) {
  const { form, entering, hasFailed } = useEnter((role) => addressOf(role, stayInFocus()));
  return (
    <div role="group" aria-label={switcherWords.title} className="inline-flex flex-wrap items-center justify-center gap-1">
      <form className="contents" {...form}>
        {offers.map((role) => (
          <button
            key={role}
            type={role === current ? 'button' : 'submit'}
            name="role"
            value={role}
            className="min-h-6 rounded-md px-2 underline underline-offset-2 aria-pressed:font-semibold aria-pressed:no-underline"
            aria-pressed={role === current}
            aria-disabled={entering !== null}
          >
            {switcherWords.roles[role]}
          </button>
        ))}
      </form>
      <span role="alert">{hasFailed ? switcherWords.failed : ''}</span>
    </div>
  );
}
