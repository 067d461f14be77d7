import type { inferRouterOutputs } from '@trpc/server';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { api } from '../_client/api.ts';
import { dateTime, eur, eurExact, kw, kwh, whenTime } from '../_client/format.ts';
import { LimitFigure } from '../_ui/charts/limit-figure.tsx';
import { prepareLimit, type LimitFinding, type PreparedLimit } from '../_ui/charts/prepare-limit.ts';
import { DataTable } from './data-table.tsx';
import { limitWords as w } from './limit-words.ts';

type Limit = inferRouterOutputs<AppRouter>['planning']['limits'][number];

const CENT_MICRO = 10_000;
const CENTS = 2;

/** Each limit of the operator's sites: load, what it costs, and the proof of the plan below it. */
export async function LimitSection() {
  const { caller } = await api();
  const limits = await caller.planning.limits();
  return (
    <section className="card flex flex-col gap-6" aria-labelledby="limits">
      <h2 id="limits" className="text-lg font-semibold">
        {w.title}
      </h2>
      {limits.length === 0 && (
        <p className="text-soft">
          {w.emptyBefore}
          <a href="#sites" className="underline">
            {w.emptyLink}
          </a>
          {w.emptyAfter}
        </p>
      )}
      {limits.map((limit) => (
        <LimitPanel key={`${limit.locationId} ${limit.stationId ?? ''}`} limit={limit} />
      ))}
    </section>
  );
}

function LimitPanel({ limit }: { limit: Limit }) {
  const { site, stationId, timeZone, slots, proof } = limit;
  const place = stationId === null ? site : w.station(site, stationId);
  const prepared = prepareLimit({
    slots: slots.map((slot) => ({ ...slot, startAt: secondsFromDate(slot.startAt) })),
    nowAt: secondsFromDate(limit.nowAt),
    missingMilliWh: proof?.unservedMilliWh ?? null,
  });
  return (
    <article className="flex flex-col gap-3" aria-label={place}>
      <h3 className="font-semibold">{place}</h3>
      {limit.madeAt === null ? (
        <p className="text-soft">{limit.limitW === null ? w.later : w.idle(kw(limit.limitW))}</p>
      ) : (
        <>
          <p>
            {findingTexts(prepared.finding, { nowAt: prepared.nowAt, timeZone }).map((text) => (
              <span key={text}>{text} </span>
            ))}
          </p>
          <Key isBinding={prepared.binding.length > 0} />
          <LimitFigure
            limit={prepared}
            zone={timeZone}
            words={{
              describe: w.describe,
              power: w.power,
              worth: w.worthAxis,
              limit: limit.limitW === null ? null : w.limitLabel(kw(limit.limitW)),
            }}
          />
          <Rows prepared={prepared} zone={timeZone} place={place} />
          <Proof limit={limit} madeAt={limit.madeAt} />
        </>
      )}
    </article>
  );
}

function findingTexts(
  finding: LimitFinding,
  { nowAt, timeZone }: { nowAt: number; timeZone: string },
): string[] {
  if (finding.key === 'NOTHING') return [w.nothing];
  const limit = finding.limitW === null ? w.unknownLimit : kw(finding.limitW);
  const { missingMilliWh } = finding;
  const missing =
    missingMilliWh === null ? [] : [missingMilliWh === 0 ? w.nobodyShort : w.short(kwh(missingMilliWh))];
  if (finding.key === 'ROOM') return [w.room(limit, kw(finding.highestW)), ...missing];
  const [from, to] = [
    whenTime(finding.fromAt, nowAt, timeZone),
    whenTime(finding.toAt, nowAt, timeZone),
  ];
  return [
    finding.stretches === 1
      ? w.binds(from, to, limit)
      : w.bindsOften({ from, to, count: String(finding.stretches) }, limit),
    ...(finding.worthMicro === 0 ? [] : [worthText(finding.worthMicro)]),
    ...(finding.servesMore ? [w.serves] : []),
    ...missing,
  ];
}

function worthText(micro: number): string {
  return micro < CENT_MICRO ? w.worthLittle : w.worth(eur(String(micro)));
}

function Key({ isBinding }: { isBinding: boolean }) {
  const entries = [
    { label: w.key.load, line: 'h-3 bg-(--chart-after)' },
    { label: w.key.limit, line: 'border-t-2 border-dashed border-(--chart-limit)' },
    ...(isBinding ? [{ label: w.key.binding, line: 'h-3 bg-(--chart-limit)/20' }] : []),
  ];
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-soft">
      {entries.map(({ label, line }) => (
        <li key={label} className="inline-flex items-center gap-2">
          <span aria-hidden="true" className={`inline-block w-6 ${line}`} />
          {label}
        </li>
      ))}
    </ul>
  );
}

function Rows({ prepared, zone, place }: { prepared: PreparedLimit; zone: string; place: string }) {
  const cents = (micro: number) => `${(micro / CENT_MICRO).toFixed(CENTS)} ct`;
  return (
    <details>
      <summary className="button w-fit text-sm">{w.table}</summary>
      <DataTable label={w.tableOf(place)} columns={w.columns}>
        {prepared.rows.map((row) => (
          <tr key={row.fromAt} className="border-t border-line whitespace-nowrap">
            <th scope="row" className="px-2 py-1 text-left font-normal">
              {whenTime(row.fromAt, prepared.nowAt, zone)}
            </th>
            <td className="px-2 py-1">{kw(row.loadW)}</td>
            <td className="px-2 py-1">{row.limitW === null ? w.none : kw(row.limitW)}</td>
            <td className="px-2 py-1">
              {row.oneMoreKwMicro === 0 && row.servesMore ? w.servesMark : cents(row.oneMoreKwMicro)}
            </td>
          </tr>
        ))}
      </DataTable>
    </details>
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
