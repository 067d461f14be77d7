'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { accessWords } from './access-words.ts';

export type Place = { href: string; label: string };

/** The pages in a row, where there is room for one; this page's own link is marked. */
export function PlaceLinks({ places }: { places: readonly Place[] }) {
  const path = usePathname();
  return (
    <nav aria-label={accessWords.nav.label} className="hidden flex-wrap gap-1 md:flex">
      {places.map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          aria-current={path === href ? 'page' : undefined}
          className={`inline-flex min-h-11 items-center rounded-xl px-3 ${path === href ? 'bg-sunken font-semibold text-action' : 'underline'}`}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
