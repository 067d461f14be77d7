import Link from 'next/link';
import type { Scope } from '#server/auth/grants.ts';
import { Brand } from '../_ui/brand.tsx';
import { words } from '../_ui/words.ts';
import { cityWords } from '../city/city-words.ts';
import { gridWords } from '../grid/grid-words.ts';
import { mspWords } from '../msp/msp-words.ts';
import { accessWords } from './access-words.ts';
import { PersonMenu } from './person-menu.tsx';
import { PlaceLinks } from './place-links.tsx';

const places: readonly { href: string; label: string; scope: Scope }[] = [
  { href: '/driver', label: words.nav.stay, scope: 'session:read' },
  { href: '/admin', label: words.nav.admin, scope: 'fleet:read' },
  { href: '/msp', label: mspWords.title, scope: 'msp:read' },
  { href: '/city', label: cityWords.title, scope: 'city:read' },
  { href: '/grid', label: gridWords.title, scope: 'grid:read' },
  { href: '/organisation', label: accessWords.nav.organisation, scope: 'member:read' },
  { href: '/organisation/audit', label: accessWords.nav.audit, scope: 'audit:read' },
  { href: '/account', label: accessWords.nav.account, scope: 'account:read' },
];

type HeaderProps = { name: string; may: (scope: Scope) => boolean };

/** doors are the links to the places that somebody may enter. */
export function doors(may: (scope: Scope) => boolean) {
  return places.filter(({ scope }) => may(scope));
}

/** The way between pages that are not the driver's: in a row, or in the person's menu on a phone. */
export function AccessHeader({ name, may }: HeaderProps) {
  const open = doors(may).map(({ href, label }) => ({ href, label }));
  return (
    <header className="no-print flex flex-wrap items-center justify-between gap-3 px-4 py-3">
      <Link href="/" className="inline-flex min-h-11 items-center text-ink no-underline">
        <Brand />
      </Link>
      <PlaceLinks places={open} />
      <PersonMenu name={name} places={open} />
    </header>
  );
}
