import { chargeNowCostMicro } from '#domain/charging/explain.ts';
import { chartSpanS, mergeSpans } from '#domain/charging/measured-curve.ts';
import type {
  ChargeNowStage,
  ChargeNowView,
  MeterView,
  MoneyView,
  PowerSpan,
  PreferenceView,
  PricePoint,
  StayCurve,
  StayView,
} from '#domain/charging/stay-view.ts';
import { contractCurve } from '#domain/market/curve.ts';
import type { Plan } from '#domain/planning/plan.ts';
import { QUARTER_S, quarterStart, secondsFromDate } from '#domain/time/instant.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { secondsForEnergy } from '#domain/units/energy.ts';
import type { Clock } from '../clock.ts';
import type { Tx } from '../db/client.ts';
import type { Read } from './pictures.ts';
import { meteredStay, meterFrom, secondsOf, steeredOf } from './session-view.meter.ts';
import type { MeteredStay } from './session-view.meter.ts';
import { findStays, lastReadings, publishedPrices, registersOf } from './session-view.store.ts';
import type {
  CommandJson,
  MeterRow,
  PriceRow,
  ReadingRow,
  StayRow,
  WantedStay,
} from './session-view.store.ts';

type StayRows = {
  stay: StayRow;
  /** A plan's JSON is written by the worker only, in the type it is read as. */
  plan: Plan | null;
  registers: ReadingRow[];
  readings: MeterRow[];
  prices: PriceRow[];
};

const HOUR_MS = 3_600_000;
const ASSUMED_STAY_S = 4 * 3600;

/** readStayView is readStayViews for one stay. */
export async function readStayView(
  tx: Tx,
  clock: Clock,
  wanted: WantedStay,
): Promise<StayView | null> {
  const [view = null] = await readStayViews(tx, clock, [wanted]);
  if (view instanceof Error) throw view;
  return view;
}

/** errorFrom makes an Error of whatever was thrown. */
export function errorFrom(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/**
 * readStayViews reads stays as people see them, in as many statements for many as for one.
 * @returns one per wanted stay in their order; null where there is none that its owner may see,
 * and its own error where what is stored of it cannot be shown: the others are shown all the same.
 */
export async function readStayViews(
  tx: Tx,
  clock: Clock,
  wanted: readonly WantedStay[],
): Promise<Read<StayView>[]> {
  const found = await findStays(tx, wanted);
  const now = clock.now();
  const nowAt = secondsFromDate(now);
  const spans = found.map((stay) => chartSpan({ stay, plan: stay.plan as Plan | null, nowAt }));
  const meters = found.flatMap((stay) => metersOf(stay, now));
  const registers = byTransaction(await registersOf(tx, meters));
  const readings = byTransaction(await lastReadings(tx, meters.map(({ id }) => id)));
  const prices = await pricesOf(tx, found, spans);
  const views = wanted.map((): Read<StayView> => null);
  for (const [index, stay] of found.entries()) {
    const own = stay.transactions.map(({ id }) => id);
    const span = spans[index] ?? { fromAt: nowAt, toAt: nowAt };
    const rows: StayRows = {
      stay,
      plan: stay.plan as Plan | null,
      registers: own.flatMap((id) => registers.get(id) ?? []),
      readings: own.flatMap((id) => readings.get(id) ?? []).toSorted(newestFirst),
      prices: within(prices.get(stay.bidding_zone) ?? [], span),
    };
    try {
      views[stay.no] = viewFromRows(rows, { nowAt, speed: clock.speed(), span });
    } catch (error) {
      views[stay.no] = errorFrom(error);
    }
  }
  return views;
}

function byTransaction<T extends { transaction_id: number }>(rows: readonly T[]): Map<number, T[]> {
  return Map.groupBy(rows, ({ transaction_id }) => transaction_id);
}

function newestFirst(a: MeterRow, b: MeterRow): number {
  return b.measured_at.getTime() - a.measured_at.getTime();
}

/** The transactions of a stay, with the width of a bar of its chart. */
function metersOf(stay: StayRow, now: Date): { id: number; spanS: number }[] {
  const lengthS = ((stay.plug_out_at ?? now).getTime() - stay.plug_in_at.getTime()) / 1000;
  const spanS = chartSpanS(Math.max(0, lengthS));
  return stay.transactions.map(({ id }) => ({ id, spanS }));
}

/** Stays of one zone mostly overlap: their prices are read once, over all of their spans. */
async function pricesOf(
  tx: Tx,
  stays: readonly StayRow[],
  spans: readonly Span[],
): Promise<Map<string, PriceRow[]>> {
  const zones = Map.groupBy(stays.keys(), (index) => stays[index]?.bidding_zone ?? '');
  const prices = new Map<string, PriceRow[]>();
  for (const [biddingZone, members] of zones) {
    const own = members.flatMap((index) => spans[index] ?? []);
    const from = Math.min(...own.map(({ fromAt }) => fromAt));
    const to = Math.max(...own.map(({ toAt }) => toAt));
    const range = { from: new Date(from * 1000), to: new Date(to * 1000 + HOUR_MS) };
    prices.set(biddingZone, await publishedPrices(tx, { biddingZone, ...range }));
  }
  return prices;
}

function within(prices: readonly PriceRow[], { fromAt, toAt }: Span): PriceRow[] {
  const [fromMs, toMs] = [fromAt * 1000 - HOUR_MS, toAt * 1000 + HOUR_MS];
  return prices.filter(({ start_at }) => start_at.getTime() >= fromMs && start_at.getTime() < toMs);
}

type Span = { fromAt: InstantS; toAt: InstantS };
type Moment = { nowAt: InstantS; speed: number; span: Span };

function viewFromRows(rows: StayRows, { nowAt, speed, span }: Moment): StayView {
  const { stay, plan } = rows;
  const metered = meteredStay(stay, rows.registers);
  const meter = meterFrom(stay, rows.readings, metered);
  return {
    sessionId: stay.id,
    state: stay.state,
    nowAt,
    speed,
    timeZone: stay.time_zone,
    locationName: stay.location_name,
    stationId: stay.station_id,
    evseId: stay.evse_id,
    plugInAt: secondsFromDate(stay.plug_in_at),
    plugOutAt: stay.plug_out_at === null ? null : secondsFromDate(stay.plug_out_at),
    steering: stay.steering as StayView['steering'],
    station: {
      connected: stay.connected,
      lastSeenAt: stay.last_seen_at === null ? null : secondsFromDate(stay.last_seen_at),
    },
    preference: preferenceFrom(stay.preference),
    planVersion: stay.plan_version,
    plan: planFrom(plan),
    meter,
    chargeNow: chargeNowFrom(rows, meter),
    money: moneyFrom(rows),
    shares: {
      shareBp: stay.share_bp,
      driverBp: stay.driver_bp,
      mspBp: stay.msp_bp,
      cpoBp: stay.cpo_bp,
      platformBp: stay.platform_bp,
    },
    steeredSeconds: steeredOf(stay, metered),
    synthetic: rows.prices.some(({ synthetic }) => synthetic),
    curve: curveFrom(rows, span, metered),
  };
}

function planFrom(plan: Plan | null): StayView['plan'] {
  if (plan === null) return null;
  const { slots: _slots, ...rest } = plan;
  return rest;
}

function preferenceFrom(row: StayRow['preference']): PreferenceView | null {
  if (row === null) return null;
  const { version, energyMilliWh, priority, source } = row;
  return {
    version,
    energyMilliWh,
    priority,
    source,
    readyByAt: row.readyByAt === null ? null : secondsOf(row.readyByAt),
    madeAt: secondsOf(row.madeAt),
  };
}

function chargeNowFrom({ stay, plan, readings }: StayRows, meter: MeterView): ChargeNowView {
  const { preference, command } = stay;
  const terms = { shareBp: stay.share_bp, driverBp: stay.driver_bp };
  const costMicro = plan === null ? null : chargeNowCostMicro(plan, terms);
  if (preference === null || !preference.priority || stay.state === 'CLOSED') {
    return { stage: 'OFF', askedMsAgo: 0, costMicro };
  }
  const askedMsAgo = Math.max(0, Math.round(preference.msAgo));
  const planned = plan?.mode === 'PRIORITY';
  const [newest] = readings;
  const answeredAt = planned ? (command?.answeredAt ?? null) : null;
  const since = new Date(answeredAt ?? preference.madeAt);
  const measured = planned && meter.charging && newest !== undefined && newest.measured_at >= since;
  const stage = measured ? 'MEASURED' : stageOf(planned, command, stay.plan_version ?? 0);
  return { stage, askedMsAgo, costMicro };
}

function stageOf(
  planned: boolean,
  command: CommandJson | null,
  planVersion: number,
): ChargeNowStage {
  if (!planned || command === null || (command.planVersion ?? 0) < planVersion) return 'ASKED';
  switch (command.state) {
    case 'ACCEPTED':
      return 'ACCEPTED';
    case 'REJECTED':
      return 'REFUSED';
    case 'TIMED_OUT':
      return 'SILENT';
    default:
      return command.sentAt === null ? 'ASKED' : 'SENT';
  }
}

function moneyFrom({ stay, plan }: StayRows): MoneyView {
  const { settled_rev, settled_driver_micro } = stay;
  if (settled_driver_micro !== null) {
    return { kind: 'FINAL', cashbackMicro: settled_driver_micro.toString(), revision: settled_rev };
  }
  const revision = null;
  if (stay.settle_state === 'WAITING_PRICES')
    return { kind: 'WAITING_PRICES', cashbackMicro: null, revision };
  if (stay.settle_state === 'REVIEW') return { kind: 'REVIEW', cashbackMicro: null, revision };
  const cashbackMicro = plan?.expectedCashbackMicro ?? null;
  return { kind: stay.state === 'CLOSED' ? 'SETTLING' : 'EXPECTED', cashbackMicro, revision };
}

function chartSpan(args: { stay: StayRow; plan: Plan | null; nowAt: InstantS }): Span {
  const { stay, plan, nowAt } = args;
  const plugInAt = secondsFromDate(stay.plug_in_at);
  const endAt =
    stay.plug_out_at === null
      ? Math.max(nowAt, plan?.deadlineAt ?? plugInAt + ASSUMED_STAY_S, plan?.readyAt ?? 0)
      : secondsFromDate(stay.plug_out_at);
  return { fromAt: quarterStart(plugInAt), toAt: quarterStart(endAt + QUARTER_S - 1) };
}

function curveFrom(rows: StayRows, span: Span, metered: MeteredStay): StayCurve {
  const { stay, plan } = rows;
  const settled = stay.settled_result === null ? null : quartersIn(stay.settled_result);
  return {
    ...span,
    prices: pricesFrom(rows, span),
    planned: stay.state === 'CLOSED' ? [] : plannedSpans(plan),
    measured: metered.measured,
    without: settled ?? assumedWithout(rows),
    withoutKind: settled === null ? 'ASSUMED' : 'SETTLED',
  };
}

function pricesFrom({ stay, prices, plan }: StayRows, { fromAt, toAt }: Span): PricePoint[] {
  const published = prices.map(({ start_at, minutes, price_ticks }) => ({
    startAt: secondsFromDate(start_at),
    seconds: minutes * 60,
    priceTicks: price_ticks,
    kind: 'published' as const,
  }));
  const mtuSeconds = stay.mtu_minutes === 60 ? 3600 : 900;
  const curve = contractCurve(published, mtuSeconds).filter(
    ({ startAt }) => startAt >= fromAt && startAt < toAt,
  );
  const known = new Set(curve.map(({ startAt }) => startAt));
  const expected = (plan?.slots ?? []).flatMap((slot): PricePoint[] => {
    const startAt = quarterStart(slot.startAt);
    if (slot.priceTicks === null || slot.priceKind !== 'expected' || known.has(startAt)) return [];
    known.add(startAt);
    return [{ startAt, seconds: QUARTER_S, priceTicks: slot.priceTicks, kind: 'expected' }];
  });
  return [...curve, ...expected].toSorted((a, b) => a.startAt - b.startAt);
}

function plannedSpans(plan: Plan | null): PowerSpan[] {
  return mergeSpans(
    (plan?.slots ?? [])
      .filter((slot) => slot.chargeSeconds > 0)
      .map((slot) => ({
        fromAt: slot.chargeFromAt,
        toAt: slot.chargeFromAt + slot.chargeSeconds,
        powerW: slot.powerW,
      })),
  );
}

/** Before there is a settlement: the planned energy at full power from plug-in on. */
function assumedWithout({ stay, plan }: StayRows): PowerSpan[] {
  if (plan === null || plan.powerW <= 0 || plan.targetMilliWh <= 0) return [];
  const fromAt = secondsFromDate(stay.plug_in_at);
  const { powerW } = plan;
  return [{ fromAt, toAt: fromAt + secondsForEnergy(plan.targetMilliWh, powerW), powerW }];
}

function quartersIn(result: unknown): PowerSpan[] {
  const quarters = (result as { quarters?: unknown }).quarters;
  if (!Array.isArray(quarters)) return [];
  return mergeSpans(
    (quarters as { startAt: number; baselineEnergyMilliWh: number }[]).map(
      ({ startAt, baselineEnergyMilliWh }) => ({
        fromAt: startAt,
        toAt: startAt + QUARTER_S,
        powerW: Math.round((baselineEnergyMilliWh * 3.6) / QUARTER_S),
      }),
    ),
  );
}
