'use client';

import { useState } from 'react';
import type { Role } from '#server/auth/grants.ts';
import { signIn } from '../../_client/sign-in.ts';
import { landing } from './landing-words.ts';

const offers = [
  { role: 'DRIVER', label: landing.switcherDriver, home: '/driver' },
  { role: 'CPO', label: landing.switcherCpo, home: '/admin' },
  { role: 'ADMIN', label: landing.switcherAdmin, home: '/admin' },
] as const;

const ANCHOR = '#stay-';

/** The stay that the page is about, as the page itself or its address marks it. */
function stayInFocus(): string | null {
  const { hash } = window.location;
  if (hash.startsWith(ANCHOR)) return hash.slice(ANCHOR.length);
  return document.querySelector('[data-session-id]')?.getAttribute('data-session-id') ?? null;
}

/** Looks at the same stay with other eyes: signs in as another role of the demo and goes on there. */
export function RoleSwitcher({ current }: { current: Role | null }) {
  const [entering, setEntering] = useState(false);
  const [failed, setFailed] = useState(false);
  const enter = async (role: Role, home: string) => {
    const stay = stayInFocus();
    setEntering(true);
    setFailed(false);
    const reason = await signIn('demo', { role }).catch(() => 'offline');
    if (reason !== null) {
      setEntering(false);
      setFailed(true);
      return;
    }
    const isOperator = home === '/admin';
    window.location.assign(stay === null || !isOperator ? home : `${home}${ANCHOR}${stay}`);
    // The same page with another anchor is not loaded anew by itself, but the person is another.
    if (isOperator && window.location.pathname === home) window.location.reload();
  };
  return (
    <span role="group" aria-label={landing.switcher} className="inline-flex flex-wrap items-center justify-center gap-1">
      {offers.map(({ role, label, home }) => (
        <button
          key={role}
          type="button"
          className="min-h-6 rounded-md px-2 underline underline-offset-2 aria-pressed:font-semibold aria-pressed:no-underline"
          aria-pressed={role === current}
          aria-disabled={entering}
          onClick={() => {
            if (role !== current && !entering) void enter(role, home);
          }}
        >
          {label}
        </button>
      ))}
      <span role="alert">{failed ? landing.switchFailed : ''}</span>
    </span>
  );
}
