'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { words } from '../_ui/words.ts';

const places = [
  { href: '/driver', label: words.nav.stay, icon: 'M13 3 5 14h6l-1 7 8-11h-6z' },
  {
    href: '/driver/history',
    label: words.nav.history,
    icon: 'M12 7v5l3 3M21 12a9 9 0 1 1-3-6.7M21 3v5h-5',
  },
  {
    href: '/driver/settings',
    label: words.nav.settings,
    icon: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4',
  },
] as const;

/** Below on a phone, where the thumb is; in the header on wider screens. */
export function DriverNav() {
  const path = usePathname();
  return (
    <nav
      aria-label={words.brand}
      className="thumb-nav no-print fixed inset-x-0 bottom-0 z-10 grid grid-cols-3 border-t border-line bg-surface
        md:static md:flex md:gap-1 md:border-0 md:bg-transparent"
    >
      {places.map(({ href, label, icon }) => {
        const current = path === href || (href !== '/driver' && path.startsWith(href));
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? 'page' : undefined}
            className={`flex min-h-14 flex-col items-center justify-center gap-0.5 text-xs font-medium
              md:min-h-12 md:flex-row md:gap-2 md:rounded-xl md:px-4 md:text-base
              ${current ? 'text-action md:bg-sunken' : 'text-soft'}`}
          >
            <svg
              viewBox="0 0 24 24"
              width="22"
              height="22"
              fill="none"
              stroke="currentColor"
              strokeWidth="2"
              strokeLinecap="round"
              strokeLinejoin="round"
              aria-hidden="true"
            >
              <path d={icon} />
            </svg>
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
