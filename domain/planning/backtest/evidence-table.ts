import type { BacktestFigures, GroupFigures } from './figures.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import { GROUPS, type GroupName } from './stay.ts';

/** One figure for each group, as people read it; "–" where nothing can be said. */
export type EvidenceRow = {
  label: string;
  cells: Record<GroupName, string>;
  /** What the figure is a share of, or where its limits are. */
  note: string;
};
export type EvidenceTable = {
  columns: { group: GroupName; label: string }[];
  rows: EvidenceRow[];
};

type Line = { label: string; note: string; cell: (group: GroupFigures) => string };

const NONE = '–';
const number = (value: number | null, digits: number) =>
  value === null ? NONE : value.toFixed(digits);
const percent = (value: number | null) => (value === null ? NONE : `${value.toFixed(1)} %`);
const change = (before: number, after: number) =>
  before > 0 ? ` (${after >= before ? '+' : '−'}${shareApart(before, after)} %)` : '';
const shareApart = (before: number, after: number) =>
  ((Math.abs(after - before) / before) * 100).toFixed(1);
const fromTo = (before: number, after: number, digits: number) =>
  `${before.toFixed(digits)} → ${after.toFixed(digits)}${change(before, after)}`;

const LABELS: Record<GroupName, string> = {
  all: 'all sessions',
  slack2h: 'slack ≥ 2 h',
  overnight: 'overnight',
};

const LINES: readonly Line[] = [
  {
    label: 'sessions',
    note: 'left out: a price is missing, or energy, time or power is 0',
    cell: (it) => `${it.sessions} (${it.skipped} left out)`,
  },
  {
    label: 'energy, kWh',
    note: 'charged in these sessions',
    cell: (it) => number(it.energyKwh, 0),
  },
  {
    label: 'energy cost at once → planned, EUR',
    note: 'day-ahead price only: no taxes, no grid fees',
    cell: (it) => `${number(it.baselineEur, 2)} → ${number(it.plannedEur, 2)}`,
  },
  { label: 'saving', note: 'of the energy cost at once', cell: (it) => percent(it.savingPct) },
  {
    label: 'energy moved',
    note: 'of the energy, to another market time unit',
    cell: (it) => percent(it.movedPct),
  },
  {
    label: 'connected ÷ charging',
    note: 'sums of hours; in brackets the median session, and by sums at the highest power',
    cell: (it) =>
      `${number(it.connectedOverCharging, 2)} (${number(it.connectedOverChargingMedian, 2)}; ` +
      `${number(it.connectedOverHighestPower, 2)})`,
  },
  {
    label: 'EUR per session: mean',
    note: 'saving ÷ sessions, before it is shared',
    cell: (it) => number(it.eurPerSession.mean, 3),
  },
  {
    label: 'EUR per session: median, p95, max',
    note: 'of the sessions; quantiles right to EUR 0.0001',
    cell: ({ eurPerSession: { median, p95, max } }) =>
      [number(median, 3), number(p95, 2), number(max, 2)].join(', '),
  },
  {
    label: 'sessions that save ≥ EUR 0.20',
    note: 'of the sessions',
    cell: (it) => percent(it.shareAtLeast020Pct),
  },
  {
    label: 'sessions within EUR 0.20–10',
    note: 'of the sessions',
    cell: (it) => percent(it.shareWithin020To10Pct),
  },
  {
    label: 'energy 17–21 h at once → planned, kWh',
    note: 'local time',
    cell: ({ peakHours: { atOnceKwh, plannedKwh } }) => fromTo(atOnceKwh, plannedKwh, 0),
  },
  {
    label: 'EV peak at once → planned, kW',
    note: 'highest mean of a quarter of an hour, these cars together',
    cell: ({ evPeakKw: { atOnce, planned } }) => fromTo(atOnce, planned, 1),
  },
  {
    label: 'the settlement rule credits',
    note: 'of the saving; every plan begins with a probe, the first 24 h count',
    cell: ({ settlement }) => percent(settlement.creditedPct),
  },
  {
    label: 'paid out',
    note: 'of the saving; the programme shares 90 % of what is credited',
    cell: ({ settlement: { paidPct, paidEur } }) =>
      `${percent(paidPct)} = EUR ${paidEur.toFixed(2)}`,
  },
  {
    label: 'to driver, MSP, CPO, platform, EUR',
    note: 'what the driver’s caps cut stays with the CPO',
    cell: ({ settlement: it }) =>
      [it.driverEur, it.mspEur, it.cpoEur, it.platformEur].map((eur) => eur.toFixed(2)).join(', '),
  },
  {
    label: 'drivers who get ≥ EUR 0.20 of a session',
    note: 'of the sessions; less is kept in the driver’s account until it reaches EUR 0.20',
    cell: ({ settlement }) => percent(settlement.driverAtLeast020Pct),
  },
];

const CO2_LINE: Line = {
  label: 'CO2 at once → planned, kg',
  note: 'average of the grid’s hour, not of the plant that reacts; sessions whose hours are known',
  cell: ({ co2 }) =>
    co2 === null || co2.sessions === 0
      ? NONE
      : `${fromTo(co2.atOnceKg, co2.plannedKg, 0)}, ${co2.sessions} sessions`,
};

const DEPARTURE_LINES: readonly Line[] = [
  {
    label: 'captured of perfect foresight',
    note: 'of the saving of one who knew each departure; only energy delivered counts',
    cell: ({ departure }) => percent(departure?.capturePct ?? null),
  },
  {
    label: 'energy missed',
    note: 'of the energy that charging at once would have delivered',
    cell: ({ departure }) => {
      const missed = departure?.missedPct ?? null;
      return missed === null ? NONE : `${missed.toFixed(2)} %`;
    },
  },
  {
    label: 'sessions more than 1 kWh short',
    note: 'of the sessions',
    cell: ({ departure }) => percent(departure?.shortByOneKwhPct ?? null),
  },
];

const LIMIT_LINES: readonly Line[] = [
  {
    label: 'unserved under the limit, kWh',
    note: 'of the energy; all cars planned together at every plug-in',
    cell: ({ limit }) =>
      limit === null ? NONE : `${limit.unservedKwh.toFixed(1)} (${percent(limit.unservedPct)})`,
  },
  {
    label: 'cost of the limit, EUR',
    note: 'of sessions served in full, against planning by price alone',
    cell: ({ limit }) =>
      limit === null
        ? NONE
        : `${limit.costOfLimitEur.toFixed(2)} (${percent(limit.costOfLimitPct)})`,
  },
  {
    label: 'saving under the limit',
    note: 'of the energy cost at once, sessions served in full',
    cell: ({ limit }) => percent(limit?.savingPct ?? null),
  },
];

/**
 * evidenceTable writes figures as text: each row one figure with its unit, each column one group of
 * sessions, each note the denominator.
 */
export function evidenceTable(
  figures: BacktestFigures & { neighbourhood: Neighbourhood | null },
): EvidenceTable {
  const { all, neighbourhood } = figures;
  const lines = [
    ...LINES,
    ...(all.co2 === null ? [] : [CO2_LINE]),
    ...(all.departure === null ? [] : DEPARTURE_LINES),
    ...(all.limit === null ? [] : LIMIT_LINES),
  ];
  const rows = lines.map(({ label, note, cell }) => {
    const cells = { all: NONE, slack2h: NONE, overnight: NONE };
    for (const group of GROUPS) cells[group] = cell(figures[group]);
    return { label, cells, note };
  });
  const columns = GROUPS.map((group) => {
    const { sessions } = figures[group];
    const share = all.sessions > 0 ? (sessions / all.sessions) * 100 : 0;
    const ofAll = group === 'all' ? '' : ` (${share.toFixed(1)} % of all)`;
    return { group, label: `${LABELS[group]}${ofAll}` };
  });
  return { columns, rows: [...rows, ...neighbourhoodRows(neighbourhood)] };
}

function neighbourhoodRows(it: Neighbourhood | null): EvidenceRow[] {
  if (it === null) return [];
  const row = (label: string, all: string, note: string) => ({
    label,
    cells: { all, slack2h: NONE, overnight: NONE },
    note,
  });
  const ways = [it.homesOnly, it.atOnce, it.priceOnly, it.priceAndLimit];
  const list = (cell: (way: (typeof ways)[number]) => string) => ways.map(cell).join(', ');
  const order = 'homes only, cars at once, by price, by price and limit';
  const { priceOnly, priceAndLimit } = it.overloadDownPct;
  return [
    row(
      `over ${it.limitKw} kW with ${it.homes} homes, kWh`,
      list((way) => way.overloadKwh.toFixed(1)),
      order,
    ),
    row(
      'hours over the limit',
      list((way) => way.hoursOver.toFixed(2)),
      `${order}; of ${it.hours} h`,
    ),
    row('highest load, kW', list((way) => way.peakKw.toFixed(1)), `${order}; quarter of an hour`),
    row(
      'overload that cars cause: by price, by price and limit',
      [priceOnly, priceAndLimit].map((down) => downText(down)).join(', '),
      'against the overload that cars add when they charge at once',
    ),
  ];
}

function downText(down: number | null): string {
  if (down === null) return NONE;
  return `${down >= 0 ? '−' : '+'}${Math.abs(down).toFixed(1)} %`;
}
