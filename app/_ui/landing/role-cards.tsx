'use client';

import Link from 'next/link';
import { useState } from 'react';
import type { Role } from '#server/auth/grants.ts';
import { signIn } from '../../_client/sign-in.ts';
import { words } from '../words.ts';
import { landing } from './landing-words.ts';

type Card = { title: string; text: string; href: string; role: Role | null };

const cards: readonly Card[] = [
  { ...landing.roles.DRIVER, role: 'DRIVER', href: '/driver' },
  { ...landing.roles.CPO, role: 'CPO', href: '/admin' },
  { ...landing.roles.ADMIN, role: 'ADMIN', href: '/admin' },
  { ...landing.roles.CITY, role: null, href: '/what-if' },
  { ...landing.roles.EVIDENCE, role: null, href: '/evidence' },
];

/** One tap per role; the server knows this way of signing in in the demo only. */
export function RoleCards({ roles }: { roles: readonly Role[] }) {
  const [entering, setEntering] = useState<Role | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const enter = async (role: Role, href: string) => {
    setEntering(role);
    const reason = await signIn('demo', { role }).catch(() => 'offline');
    if (reason === null) {
      window.location.assign(href);
      return;
    }
    setHasFailed(true);
    setEntering(null);
  };
  return (
    <section aria-labelledby="roles" className="flex flex-col gap-3">
      <h2 id="roles" className="text-lg font-semibold">
        {landing.rolesTitle}
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
        {cards
          .filter(({ role }) => role === null || roles.includes(role))
          .map(({ title, text, href, role }) => (
            <li key={title} className="card flex flex-col gap-2">
              <h3 className="font-semibold">{title}</h3>
              <p className="grow text-sm text-soft">{text}</p>
              {role === null ? (
                <Link className="button" href={href} aria-label={landing.openAs(title)}>
                  {landing.roleOpen}
                </Link>
              ) : (
                <button
                  type="button"
                  className={`button ${role === 'DRIVER' ? 'button-main' : ''}`}
                  aria-disabled={entering !== null}
                  aria-label={entering === role ? undefined : landing.openAs(title)}
                  onClick={() => {
                    void enter(role, href);
                  }}
                >
                  {entering === role ? landing.entering : landing.roleOpen}
                </button>
              )}
            </li>
          ))}
      </ul>
      {hasFailed && (
        <p role="alert" className="wrong">
          {words.signIn.failed}
        </p>
      )}
    </section>
  );
}
