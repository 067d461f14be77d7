import { Temporal } from 'temporal-polyfill';
import { contractCurve } from '#domain/market/curve.ts';
import { evidenceTable, type EvidenceTable } from '#domain/planning/backtest/evidence-table.ts';
import { backtestFigures } from '#domain/planning/backtest/figures.ts';
import { quarterSeries } from '#domain/planning/backtest/quarter-series.ts';
import { WallClock } from '#domain/planning/backtest/wall-clock.ts';
import { fleetOf, LONGEST_TAIL_S, type WhatIfFleet } from '#domain/planning/what-if/fleet.ts';
import {
  dateFromSeconds,
  DAY_S,
  QUARTER_S,
  secondsFromDate,
  type InstantS,
} from '#domain/time/instant.ts';
import { eveningOf } from '../backtest/run.ts';
import { startThread } from '../backtest/threads.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { loadPrices } from '../market/price.store.ts';
import {
  daysWithStays,
  isMadeUp,
  sessionsAsText,
  SESSIONS_HEADER,
  staysBetween,
  type DayRow,
  type SessionsText,
} from './evidence.store.ts';

/** Whose stays: all of a demo's, or a tenant's own. */
export type StaysOf = 'everybody' | { tenantId: number };
type Deps = { db: Db; clock: Clock };

export type StreetDay = { day: string; stays: number };
export type Street = {
  /** Days with enough stays to ask about, newest first. */
  days: StreetDay[];
  /** The day that was asked for; null where there is none such. */
  fleet: WhatIfFleet | null;
};

const DAYS_SHOWN = 35;
const LEAST_STAYS_OF_A_DAY = 10;
const MOST_STAYS_OF_A_DAY = 2_000;
const NOON = '12:00';

function scoped<T>(db: Db, whose: StaysOf, work: (tx: Tx) => Promise<T>): Promise<T> {
  return whose === 'everybody' ? db.asSystem(work) : db.withTenant(whose.tenantId, work);
}

/** street gives what a what-if may be about: days of recorded stays, and the stays of one. */
export async function street(
  { db, clock }: Deps,
  args: { whose: StaysOf; day: string | null },
): Promise<Street> {
  const to = clock.now();
  const from = new Date(to.getTime() - DAYS_SHOWN * DAY_S * 1_000);
  const rows = await scoped(db, args.whose, (tx) => daysWithStays(tx, { from, to }));
  const enough = rows.filter(({ stays }) => stays >= LEAST_STAYS_OF_A_DAY);
  const asked = enough.find(({ day }) => day === args.day);
  return {
    days: enough.map(({ day, stays }) => ({ day, stays })),
    fleet: asked === undefined ? null : await fleetOfDay(db, args.whose, asked),
  };
}

async function fleetOfDay(db: Db, whose: StaysOf, row: DayRow): Promise<WhatIfFleet | null> {
  const { bidding_zone: biddingZone, time_zone: timeZone } = row;
  const noon = Temporal.PlainDate.from(row.day).toZonedDateTime({ timeZone, plainTime: NOON });
  const fromAt = Math.floor(noon.epochMilliseconds / 1_000);
  const nextNoonAt = Math.floor(noon.add({ days: 1 }).epochMilliseconds / 1_000);
  const span = { from: dateFromSeconds(fromAt), to: dateFromSeconds(nextNoonAt) };
  const pricedTo = dateFromSeconds(nextNoonAt + LONGEST_TAIL_S);
  const [stays, priceTicks, isSynthetic] = await Promise.all([
    scoped(db, whose, (tx) => staysBetween(tx, { ...span, biddingZone, most: MOST_STAYS_OF_A_DAY })),
    pricesFrom(db, { biddingZone, fromAt, to: pricedTo }),
    scoped(db, whose, (tx) => isMadeUp(tx, { ...span, biddingZone })),
  ]);
  if (fromAt + priceTicks.length * QUARTER_S < nextNoonAt) return null;
  return fleetOf({
    fromAt,
    timeZone,
    isSynthetic,
    priceTicks,
    stays: stays.map((stay) => ({
      plugInAt: secondsFromDate(stay.plug_in_at),
      plugOutAt: secondsFromDate(stay.plug_out_at),
      energyWh: stay.energy_wh,
      powerW: stay.power_w,
    })),
  });
}

/** Prices per quarter up to the first gap. */
async function pricesFrom(
  db: Db,
  args: { biddingZone: string; fromAt: InstantS; to: Date },
): Promise<number[]> {
  const from = dateFromSeconds(args.fromAt - DAY_S);
  const curve = contractCurve(await loadPrices(db, args.biddingZone, { from, to: args.to }), QUARTER_S);
  const ticks: number[] = [];
  for (const { startAt, priceTicks } of curve) {
    if (startAt === args.fromAt + ticks.length * QUARTER_S) ticks.push(priceTicks);
  }
  return ticks;
}

export type Evidence = {
  table: EvidenceTable;
  sessions: number;
  /** First plug-in and last unplugging. */
  from: Date;
  to: Date;
  biddingZone: string;
  timeZone: string;
  isSynthetic: boolean;
};

const EVIDENCE_DAYS = 60;
const MOST_SESSIONS = 5_000;
/** Not the figures' own unit: the same as `npm run backtest` takes by default. */
const MISSED_EUR_PER_KWH = 1;

/**
 * evidence runs the stays that have ended through the back-test, the same code as the command, in a
 * thread of its own; null where no stay has ended yet.
 */
export async function evidence({ db, clock }: Deps, whose: StaysOf): Promise<Evidence | null> {
  const now = clock.now();
  const from = new Date(now.getTime() - EVIDENCE_DAYS * DAY_S * 1_000);
  const text = await scoped(db, whose, (tx) =>
    sessionsAsText(tx, { from, to: now, most: MOST_SESSIONS }),
  );
  if (text === null) return null;
  const span = { from: text.first_at, to: text.last_at, biddingZone: text.bidding_zone };
  const [figures, isSynthetic] = await Promise.all([
    backtested(db, text),
    scoped(db, whose, (tx) => isMadeUp(tx, span)),
  ]);
  return {
    table: evidenceTable({ ...figures, neighbourhood: null }),
    sessions: text.sessions,
    from: text.first_at,
    to: text.last_at,
    biddingZone: text.bidding_zone,
    timeZone: text.time_zone,
    isSynthetic,
  };
}

async function backtested(db: Db, text: SessionsText) {
  const hourMs = 3_600_000;
  const prices = await loadPrices(db, text.bidding_zone, {
    from: new Date(text.first_at.getTime() - hourMs),
    to: new Date(text.last_at.getTime() + hourMs),
  });
  const series = quarterSeries(
    contractCurve(prices, QUARTER_S).map(({ startAt, seconds, priceTicks }) => ({
      startAt,
      seconds,
      value: priceTicks,
    })),
  );
  const thread = startThread({
    header: SESSIONS_HEADER,
    market: {
      prices: series,
      stepS: QUARTER_S,
      evening: eveningOf(series, new WallClock(text.time_zone)),
      co2: null,
    },
    zone: text.time_zone,
    sessionZone: text.time_zone,
    shiftDays: 0,
    power: { kind: 'observed' },
    departure: 'known',
    trainDays: 0,
    missedEurPerKwh: MISSED_EUR_PER_KWH,
    free: null,
    wantsRows: false,
  });
  try {
    await thread.run(new TextEncoder().encode(`${text.lines}\n`));
    const data = await thread.finish();
    return backtestFigures([data], { hasCo2: false, hasLimit: false, isDepartureKnown: true });
  } finally {
    await thread.close();
  }
}
