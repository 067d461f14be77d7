import Link from 'next/link';
import type { Scope } from '#server/auth/grants.ts';
import { Brand } from '../_ui/brand.tsx';
import { SignOutButton } from '../_ui/sign-out-button.tsx';
import { words } from '../_ui/words.ts';
import { accessWords } from './access-words.ts';

const places: readonly { href: string; label: string; scope: Scope }[] = [
  { href: '/driver', label: words.nav.stay, scope: 'session:read' },
  { href: '/admin', label: words.nav.admin, scope: 'fleet:read' },
  { href: '/organisation', label: accessWords.nav.organisation, scope: 'member:read' },
  { href: '/organisation/audit', label: accessWords.nav.audit, scope: 'audit:read' },
  { href: '/account', label: accessWords.nav.account, scope: 'account:read' },
];

type HeaderProps = { name: string; may: (scope: Scope) => boolean };

/** doors are the links to the places that somebody may enter. */
export function doors(may: (scope: Scope) => boolean) {
  return places.filter(({ scope }) => may(scope));
}

/** The way between pages that are not the driver's, with who is signed in. */
export function AccessHeader({ name, may }: HeaderProps) {
  return (
    <header className="no-print flex flex-wrap items-center justify-between gap-3 px-4 py-3">
      <Brand />
      <nav aria-label={accessWords.nav.label} className="flex flex-wrap gap-x-4 gap-y-1">
        {doors(may).map(({ href, label }) => (
          <Link key={href} href={href} className="inline-flex min-h-11 items-center underline">
            {label}
          </Link>
        ))}
      </nav>
      <p className="flex items-center gap-3">
        <span className="text-soft">{name}</span>
        <SignOutButton />
      </p>
    </header>
  );
}
