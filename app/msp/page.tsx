import type { Metadata } from 'next';
import { RefreshOften } from '../admin/refresh-often.tsx';
import { visitor } from '../_client/api.ts';
import { MonthSection } from './month-section.tsx';
import { mspWords as w } from './msp-words.ts';
import { ProgrammeSection } from './programme-section.tsx';
import { cursorOf } from './stay-cursor.ts';
import { StaySection } from './stay-section.tsx';

export const metadata: Metadata = { title: w.title };

type PageProps = { searchParams: Promise<{ before?: string | string[] }> };

/** The provider's view: the programme in force, its part, and the stays it comes from. */
export default async function MspPage({ searchParams }: PageProps) {
  const { before } = await searchParams;
  const { caller } = await visitor('msp:read');
  const { msp } = caller;
  const cursor = cursorOf(before);
  const [programmes, months, stays] = await Promise.all([
    msp.programmes(),
    msp.months(),
    msp.stays({ cursor }),
  ]);
  return (
    <main className="flex flex-col gap-4 px-4 pb-12">
      <RefreshOften />
      <h1 className="text-2xl font-semibold">{w.title}</h1>
      <p className="max-w-3xl text-soft">{w.intro}</p>
      <ProgrammeSection programmes={programmes} />
      <MonthSection {...months} />
      <StaySection page={stays} isNewest={cursor === null} />
    </main>
  );
}
