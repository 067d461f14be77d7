'use client';

import Link from 'next/link';
import type { Role } from '#server/auth/grants.ts';
import { Button } from '../button.tsx';
import { Notice } from '../notice.tsx';
import { words } from '../words.ts';
import { landing } from './landing-words.ts';
import { homes } from './role-homes.ts';
import { useEnter } from './use-enter.ts';

const cards = ['DRIVER', 'CPO', 'MSP', 'MUNICIPALITY', 'GRID'] as const;
const others = ['ADMIN', 'PLATFORM'] as const;

/** One tap per role: signed in as that person, on the page where their work begins. */
export function RoleCards({ roles }: { roles: readonly Role[] }) {
  const { form, entering, hasFailed } = useEnter((role) => homes[role]);
  const has = (role: Role) => roles.includes(role);
  return (
    <section aria-labelledby="roles" className="flex flex-col gap-3">
      <h2 id="roles" className="text-lg font-semibold">
        {landing.rolesTitle}
      </h2>
      <form className="contents" {...form}>
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
          {cards.filter(has).map((role) => (
            <li key={role} className="card flex flex-col gap-2">
              <h3 className="font-semibold">{landing.roles[role].title}</h3>
              <p className="grow text-sm text-soft">{landing.roles[role].text}</p>
              <Button
                type="submit"
                name="role"
                value={role}
                kind={role === 'DRIVER' ? 'main' : 'plain'}
                busy={entering === role}
                off={entering !== null}
                aria-label={landing.openAs(landing.roles[role].title)}
              >
                {landing.roleOpen}
              </Button>
            </li>
          ))}
        </ul>
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
          <span className="text-soft">{landing.alsoTitle}</span>
          {others.filter(has).map((role) => (
            <button
              key={role}
              type="submit"
              name="role"
              value={role}
              className="min-h-11 underline"
              aria-disabled={entering !== null}
            >
              {words.roles[role]}
            </button>
          ))}
          <Link className="inline-flex min-h-11 items-center underline" href="/what-if">
            {landing.whatIf}
          </Link>
          <Link className="inline-flex min-h-11 items-center underline" href="/evidence">
            {landing.evidence}
          </Link>
        </p>
      </form>
      {hasFailed && (
        <Notice kind="error">
          <p>{words.signIn.failed}</p>
        </Notice>
      )}
    </section>
  );
}
