import type { inferRouterOutputs } from '@trpc/server';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { api } from '../_client/api.ts';
import { dateTime, eurExact, kw } from '../_client/format.ts';
import { LimitPanel } from '../_ui/charts/limit-panel.tsx';
import { limitWords as w } from '../_ui/charts/limit-words.ts';
import { EmptyState } from '../_ui/empty-state.tsx';
import { SectionCard } from '../_ui/section-card.tsx';

type Limit = inferRouterOutputs<AppRouter>['planning']['limits'][number];

const CENTS = 2;

/** Each limit of the operator's sites: load, what it costs, and the proof of the plan below it. */
export async function LimitSection() {
  const { caller } = await api();
  const limits = await caller.planning.limits();
  return (
    <SectionCard id="limits" title={w.title} className="gap-6">
      {limits.length === 0 && (
        <EmptyState
          title={w.empty}
          action={
            <a href="#sites" className="inline-flex min-h-11 items-center underline">
              {w.emptyLink}
            </a>
          }
        />
      )}
      {limits.map((limit) => (
        <LimitArticle key={`${limit.locationId} ${limit.stationId ?? ''}`} limit={limit} />
      ))}
    </SectionCard>
  );
}

function LimitArticle({ limit }: { limit: Limit }) {
  const { site, stationId, proof } = limit;
  const place = stationId === null ? site : w.station(site, stationId);
  return (
    <article className="flex flex-col gap-3" aria-label={place}>
      <h3 className="font-semibold">{place}</h3>
      {limit.madeAt === null ? (
        <p className="text-soft">{limit.limitW === null ? w.later : w.idle(kw(limit.limitW))}</p>
      ) : (
        <>
          <LimitPanel place={place} limit={limit} missingMilliWh={proof?.unservedMilliWh ?? null} />
          <Proof limit={limit} madeAt={limit.madeAt} />
        </>
      )}
    </article>
  );
}

function Proof({ limit, madeAt }: { limit: Limit; madeAt: Date }) {
  const { proof } = limit;
  const at = dateTime(secondsFromDate(madeAt), limit.timeZone);
  const cost = proof === null ? '' : eurExact(proof.costExact, CENTS);
  return (
    <details className="text-sm">
      <summary className="cursor-pointer py-2 font-semibold">{w.proofTitle}</summary>
      {proof === null ? (
        <p className="text-soft">{w.proof.withheld(at)}</p>
      ) : (
        <ul className="flex list-disc flex-col gap-1 pl-5 text-soft">
          <li>{w.proof.certified}</li>
          <li>
            {proof.gapExact === null
              ? w.proof.gapNone(cost)
              : w.proof.gap(cost, eurExact(proof.gapExact, CENTS + CENTS))}
          </li>
          <li>{w.proof.made(String(proof.sessions), String(proof.ms), at)}</li>
        </ul>
      )}
    </details>
  );
}
