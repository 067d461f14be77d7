import { secondsFromDate } from '#domain/time/instant.ts';
import { clientWords } from '../../_client/client-words.ts';
import { eur, kw, kwh, whenTime } from '../../_client/format.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Fold } from '../fold.tsx';
import { ChartKey } from './chart-key.tsx';
import { LimitFigure } from './limit-figure.tsx';
import { limitWords as w } from './limit-words.ts';
import { prepareLimit, type LimitFinding, type LimitSlotInput, type PreparedLimit } from './prepare-limit.ts';

const CENT_MICRO = 10_000;
const CENTS = 2;

type LimitPanelProps = {
  /** Names the limit for people. */
  place: string;
  limit: {
    nowAt: Date;
    timeZone: string;
    limitW: number | null;
    slots: readonly (Omit<LimitSlotInput, 'startAt'> & { startAt: Date })[];
  };
  /** Energy that nobody below gets; null: not known. */
  missingMilliWh: number | null;
};

/** What a limit costs, as sentences, figure and table. */
export function LimitPanel({ place, limit, missingMilliWh }: LimitPanelProps) {
  const { timeZone, limitW } = limit;
  const prepared = prepareLimit({
    slots: limit.slots.map((slot) => ({ ...slot, startAt: secondsFromDate(slot.startAt) })),
    nowAt: secondsFromDate(limit.nowAt),
    missingMilliWh,
  });
  return (
    <>
      <p>
        {findingTexts(prepared.finding, { nowAt: prepared.nowAt, timeZone }).map((text) => (
          <span key={text}>{text} </span>
        ))}
      </p>
      <ChartKey
        entries={[
          { label: w.key.load, mark: 'after' },
          { label: w.key.limit, mark: 'limit' },
          ...(prepared.binding.length > 0 ? [{ label: w.key.binding, mark: 'binding' } as const] : []),
        ]}
      />
      <LimitFigure
        limit={prepared}
        zone={timeZone}
        words={{
          describe: w.describe,
          power: w.power,
          worth: w.worthAxis,
          limit: limitW === null ? null : w.limitLabel(kw(limitW)),
        }}
      />
      <Rows prepared={prepared} zone={timeZone} place={place} />
    </>
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

function Rows({ prepared, zone, place }: { prepared: PreparedLimit; zone: string; place: string }) {
  const [fromHead, loadHead, limitHead, worthHead] = w.columns;
  const columns: Column<PreparedLimit['rows'][number]>[] = [
    {
      head: fromHead,
      isRowHead: true,
      cell: ({ fromAt }) => whenTime(fromAt, prepared.nowAt, zone),
    },
    { head: loadHead, isFigure: true, cell: ({ loadW }) => kw(loadW) },
    {
      head: limitHead,
      isFigure: true,
      cell: ({ limitW }) => (limitW === null ? w.none : kw(limitW)),
    },
    {
      head: worthHead,
      isFigure: true,
      cell: ({ oneMoreKwMicro, servesMore }) =>
        oneMoreKwMicro === 0 && servesMore
          ? w.servesMark
          : clientWords.cents((oneMoreKwMicro / CENT_MICRO).toFixed(CENTS)),
    },
  ];
  return (
    <Fold label={w.table}>
      <DataTable
        caption={w.tableOf(place)}
        columns={columns}
        rows={prepared.rows}
        keyOf={({ fromAt }) => fromAt}
        isTall
      />
    </Fold>
  );
}
