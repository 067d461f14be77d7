import { chargeNowCostMicro, DRAWING_W } from '#domain/charging/explain.ts';
import { chartSpanS, measuredSpans, mergeSpans } from '#domain/charging/measured-curve.ts';
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
import {
  findStay,
  lastReadings,
  latestPlan,
  latestPreference,
  latestSettlement,
  latestSteering,
  publishedPrices,
  registersOf,
  transactionsOf,
} from './session-view.store.ts';
import type {
  CommandRow,
  MeterRow,
  PreferenceRow,
  PriceRow,
  ReadingRow,
  SettledRow,
  StayOwner,
  StayRow,
  TransactionRow,
} from './session-view.store.ts';

type StayRows = {
  stay: StayRow;
  preference: PreferenceRow | null;
  plan: { version: number; content: Plan } | null;
  command: CommandRow | null;
  transactions: TransactionRow[];
  registers: ReadingRow[];
  readings: MeterRow[];
  prices: PriceRow[];
  settlement: SettledRow | null;
};

const HOUR_MS = 3_600_000;
const ASSUMED_STAY_S = 4 * 3600;

/**
 * readStayView reads one stay as people see it: the asked one, or the driver's open or else latest
 * one. @returns null where there is none that the owner may see.
 */
export async function readStayView(
  tx: Tx,
  clock: Clock,
  wanted: StayOwner & { sessionId: string | null },
): Promise<StayView | null> {
  const stay = await findStay(tx, wanted);
  if (stay === null) return null;
  const now = clock.now();
  const preference = await latestPreference(tx, stay.id);
  const planRow = await latestPlan(tx, stay.id);
  // A plan's JSON is written by the worker only, in the type it is read as.
  const plan =
    planRow === null ? null : { version: planRow.version, content: planRow.content as Plan };
  const transactions = await transactionsOf(tx, stay.id);
  const transactionIds = transactions.map(({ id }) => id);
  const lengthS = ((stay.plug_out_at ?? now).getTime() - stay.plug_in_at.getTime()) / 1000;
  const spanS = chartSpanS(Math.max(0, lengthS));
  const span = chartSpan({ stay, plan: plan?.content ?? null, nowAt: secondsFromDate(now) });
  const rows: StayRows = {
    stay,
    preference,
    plan,
    transactions,
    command: await latestSteering(tx, stay.id),
    registers: await registersOf(tx, { transactionIds, spanS }),
    readings: await lastReadings(tx, transactionIds),
    prices: await publishedPrices(tx, {
      biddingZone: stay.bidding_zone,
      from: new Date(span.fromAt * 1000),
      to: new Date(span.toAt * 1000 + HOUR_MS),
    }),
    // A car that came back has reopened its stay: what was settled before is not final any more.
    settlement: stay.state === 'CLOSED' ? await latestSettlement(tx, stay.id) : null,
  };
  return viewFromRows(rows, { nowAt: secondsFromDate(now), speed: clock.speed(), span });
}

type Span = { fromAt: InstantS; toAt: InstantS };
type Moment = { nowAt: InstantS; speed: number; span: Span };

function viewFromRows(rows: StayRows, { nowAt, speed, span }: Moment): StayView {
  const { stay, plan } = rows;
  const meter = meterFrom(rows);
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
    plugOutAt: secondsOrNull(stay.plug_out_at),
    steering: stay.steering as StayView['steering'],
    station: { connected: stay.connected, lastSeenAt: secondsOrNull(stay.last_seen_at) },
    preference: preferenceFrom(rows.preference),
    planVersion: plan?.version ?? null,
    plan: planFrom(plan?.content ?? null),
    meter,
    chargeNow: chargeNowFrom(rows, meter),
    money: moneyFrom(rows),
    synthetic: rows.prices.some(({ synthetic }) => synthetic),
    curve: curveFrom(rows, span),
  };
}

function planFrom(plan: Plan | null): StayView['plan'] {
  if (plan === null) return null;
  const { slots: _slots, ...rest } = plan;
  return rest;
}

function secondsOrNull(date: Date | null): InstantS | null {
  return date === null ? null : secondsFromDate(date);
}

function preferenceFrom(row: PreferenceRow | null): PreferenceView | null {
  if (row === null) return null;
  return {
    version: row.version,
    readyByAt: secondsOrNull(row.ready_by_at),
    energyMilliWh: row.energy_milli_wh === null ? null : Number(row.energy_milli_wh),
    priority: row.priority,
    madeAt: secondsFromDate(row.made_at),
  };
}

function meterFrom({ transactions, registers, readings }: StayRows): MeterView {
  const [newest] = readings;
  const newestRegister = readings.find((row) => row.register_milli_wh !== null);
  let delivered = 0;
  for (const transaction of transactions) {
    const own = registers.filter((row) => row.transaction_id === transaction.id);
    const highest = [
      transaction.meter_stop_milli_wh ?? 0n,
      newestOwn(own),
      transaction.meter_start_milli_wh,
    ].reduce((high, value) => (value > high ? value : high));
    delivered += Number(highest - transaction.meter_start_milli_wh);
  }
  const open = transactions.some(({ stopped_at }) => stopped_at === null);
  const powerW = open ? currentPowerW(readings) : 0;
  return {
    deliveredMilliWh: delivered,
    powerW: newest === undefined ? null : powerW,
    measuredAt: secondsOrNull((newest ?? newestRegister)?.measured_at ?? null),
    socPermille: readings.find((row) => row.soc_permille !== null)?.soc_permille ?? null,
    charging: (powerW ?? 0) >= DRAWING_W,
  };
}

function newestOwn(own: readonly ReadingRow[]): bigint {
  return own.reduce(
    (high, row) => (row.register_milli_wh > high ? row.register_milli_wh : high),
    0n,
  );
}

/** Metered power where the station sends it, else the register's slope between its last two values. */
function currentPowerW(readings: readonly MeterRow[]): number | null {
  const [newest] = readings;
  if (newest?.power_w !== null && newest?.power_w !== undefined) return newest.power_w;
  const points = readings.flatMap(({ measured_at, register_milli_wh }) =>
    register_milli_wh === null
      ? []
      : [
          {
            at: secondsFromDate(measured_at),
            registerMilliWh: Number(register_milli_wh),
          },
        ],
  );
  return measuredSpans(points).at(-1)?.powerW ?? null;
}

function chargeNowFrom(
  { stay, preference, plan, command, readings }: StayRows,
  meter: MeterView,
): ChargeNowView {
  const costMicro =
    plan === null
      ? null
      : chargeNowCostMicro(plan.content, {
          shareBp: stay.share_bp,
          driverBp: stay.driver_bp,
        });
  if (preference === null || !preference.priority || stay.state === 'CLOSED') {
    return { stage: 'OFF', askedMsAgo: 0, costMicro };
  }
  const askedMsAgo = Math.max(0, Math.round(preference.ms_ago));
  const planned = plan?.content.mode === 'PRIORITY';
  const [newest] = readings;
  const answeredAt = planned ? (command?.answered_at ?? null) : null;
  const since = answeredAt ?? preference.made_at;
  const measured = planned && meter.charging && newest !== undefined && newest.measured_at >= since;
  const stage = measured ? 'MEASURED' : stageOf(planned, command, plan?.version ?? 0);
  return { stage, askedMsAgo, costMicro };
}

function stageOf(
  planned: boolean,
  command: CommandRow | null,
  planVersion: number,
): ChargeNowStage {
  if (!planned || command === null || (command.plan_version ?? 0) < planVersion) return 'ASKED';
  switch (command.state) {
    case 'ACCEPTED':
      return 'ACCEPTED';
    case 'REJECTED':
      return 'REFUSED';
    case 'TIMED_OUT':
      return 'SILENT';
    default:
      return command.sent_at === null ? 'ASKED' : 'SENT';
  }
}

function moneyFrom({ stay, plan, settlement }: StayRows): MoneyView {
  if (settlement !== null) {
    const { rev: revision, driver_micro } = settlement;
    return { kind: 'FINAL', cashbackMicro: driver_micro.toString(), revision };
  }
  const revision = null;
  if (stay.settle_state === 'WAITING_PRICES')
    return { kind: 'WAITING_PRICES', cashbackMicro: null, revision };
  if (stay.settle_state === 'REVIEW') return { kind: 'REVIEW', cashbackMicro: null, revision };
  const cashbackMicro = plan?.content.expectedCashbackMicro ?? null;
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

function curveFrom(rows: StayRows, span: Span): StayCurve {
  const settled = rows.settlement === null ? null : quartersIn(rows.settlement.result);
  return {
    ...span,
    prices: pricesFrom(rows, span),
    planned: rows.stay.state === 'CLOSED' ? [] : plannedSpans(rows.plan?.content ?? null),
    measured: mergeSpans(
      rows.transactions.flatMap((row) => measuredSpans(pointsOf(row, rows.registers))),
    ),
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
  const expected = (plan?.content.slots ?? []).flatMap((slot): PricePoint[] => {
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

function pointsOf(transaction: TransactionRow, registers: readonly ReadingRow[]) {
  const points = registers
    .filter((row) => row.transaction_id === transaction.id)
    .map((row) => ({
      at: secondsFromDate(row.measured_at),
      registerMilliWh: Number(row.register_milli_wh),
    }));
  points.push({
    at: secondsFromDate(transaction.started_at),
    registerMilliWh: Number(transaction.meter_start_milli_wh),
  });
  if (transaction.stopped_at !== null && transaction.meter_stop_milli_wh !== null) {
    points.push({
      at: secondsFromDate(transaction.stopped_at),
      registerMilliWh: Number(transaction.meter_stop_milli_wh),
    });
  }
  return points;
}

/** Before there is a settlement: the planned energy at full power from plug-in on. */
function assumedWithout({ stay, plan }: StayRows): PowerSpan[] {
  const content = plan?.content;
  if (content === undefined || content.powerW <= 0 || content.targetMilliWh <= 0) return [];
  const fromAt = secondsFromDate(stay.plug_in_at);
  const { powerW } = content;
  return [{ fromAt, toAt: fromAt + secondsForEnergy(content.targetMilliWh, powerW), powerW }];
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
