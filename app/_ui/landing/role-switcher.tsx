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

function goOn(role: Role): void {
  const to = new URL(addressOf(role, stayInFocus()), window.location.href);
  const { pathname, search } = window.location;
  window.location.assign(to);
  // The same page with another anchor is not loaded anew by itself, but the person is another.
  if (to.pathname === pathname && to.search === search) window.location.reload();
}

/** Looks at the same stay with other eyes: signs in as another role of the demo and goes on there. */
export function RoleSwitcher({ current }: { current: Role | null }) {
  const { entering, hasFailed, enter } = useEnter(goOn);
  return (
    <span role="group" aria-label={switcherWords.title} className="inline-flex flex-wrap items-center justify-center gap-1">
      {offers.map((role) => (
        <button
          key={role}
          type="button"
          className="min-h-6 rounded-md px-2 underline underline-offset-2 aria-pressed:font-semibold aria-pressed:no-underline"
          aria-pressed={role === current}
          aria-disabled={entering !== null}
          onClick={() => {
            if (role !== current) void enter(role);
          }}
        >
          {switcherWords.roles[role]}
        </button>
      ))}
      <span role="alert">{hasFailed ? switcherWords.failed : ''}</span>
    </span>
  );
}
