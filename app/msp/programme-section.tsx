import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { clientWords } from '../_client/client-words.ts';
import { eur, percent } from '../_client/format.ts';
import { EmptyState } from '../_ui/empty-state.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { mspWords as w } from './msp-words.ts';

type Programmes = inferRouterOutputs<AppRouter>['msp']['programmes'];

const BP_PER_PERCENT = 100;

/** The rules in force with each operator. */
export function ProgrammeSection({ programmes }: { programmes: Programmes }) {
  const inForce = programmes.filter(({ isInForce }) => isInForce);
  const earlier = programmes.length - inForce.length;
  return (
    <SectionCard title={w.inForce} empty={inForce.length === 0 && <EmptyState title={w.empty} hint={w.emptyHint} />}>
      {inForce.map((programme) => (
        <article key={programme.id} className="flex flex-col gap-1">
          <h3 className="font-semibold">{w.programmeOf(programme.operator, String(programme.version))}</h3>
          <ul className="flex list-disc flex-col gap-1 pl-5">
            {rulesOf(programme).map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ul>
        </article>
      ))}
      {earlier > 0 && <p className="hint">{w.earlier(String(earlier))}</p>}
    </SectionCard>
  );
}

function rulesOf(programme: Programmes[number]): string[] {
  const part = (basisPoints: number) => percent(basisPoints / BP_PER_PERCENT);
  const { driverBp, mspBp, cpoBp, platformBp } = programme;
  return [
    w.since(dayOf(programme.validFrom)),
    w.share(part(programme.shareBp)),
    w.split({ driver: part(driverBp), msp: part(mspBp), cpo: part(cpoBp), platform: part(platformBp) }),
    w.caps(eur(programme.driverCapMicro), eur(programme.minPayoutMicro)),
  ];
}

function dayOf(instant: Date): string {
  const options = { dateStyle: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(clientWords.locale, options).format(instant);
}
