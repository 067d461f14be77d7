import Link from 'next/link';
import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import { SectionCard } from './section-card.tsx';

type OpenPageProps = {
  /** As wide as what it shows needs. */
  width: string;
  title: string;
  intro: string;
  links: readonly { href: string; label: string }[];
  children: ReactNode;
};

/** The frame of a page that anybody may read: its ways out, what it is, and what it shows. */
export function OpenPage({ width, title, intro, links, children }: OpenPageProps) {
  return (
    <div className={`mx-auto px-4 pb-12 ${width}`}>
      <header className="no-print flex flex-wrap items-center justify-between gap-3 py-3">
        <Brand />
        <nav className="flex flex-wrap gap-x-4 text-sm">
          {links.map(({ href, label }) => (
            <Link key={href} className="inline-flex min-h-11 items-center underline" href={href}>
              {label}
            </Link>
          ))}
        </nav>
      </header>
      <main className="flex flex-col gap-4">
        <h1 className="text-2xl font-semibold">{title}</h1>
        <p className="max-w-3xl text-soft">{intro}</p>
        {children}
      </main>
    </div>
  );
}

/** How the figures of such a page are made, a sentence a line. */
export function MethodCard({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <SectionCard title={title}>
      <ul className="flex max-w-4xl list-disc flex-col gap-1 pl-5 text-sm text-soft">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </SectionCard>
  );
}
