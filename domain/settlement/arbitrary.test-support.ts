import fc from 'fast-check';
import type { PriceInterval } from '../market/price.ts';
import { QUARTER_S, quarterStart, type InstantS } from '../time/instant.ts';
import type { LimitInForce, ProgrammeTerms, SettlementFacts, TransactionFacts } from './facts.ts';
import type { RegisterReading } from '../charging/readings.ts';

/** 2026-03-02T00:00:00Z, a Monday. */
export const MONDAY_AT: InstantS = 1_772_409_600;

/**
 * A car at a station, as physics: what it needs, how it reacts, what it is told. Powers are
 * multiples of 36 W, so that every second adds whole milli-Wh.
 */
export type SessionSpec = {
  plugInAt: InstantS;
  stayS: number;
  powerW: number;
  ratedPowerW: number;
  /** Seconds at full power that fill the car. */
  needS: number;
  /** The car's own timer: it draws nothing before. */
  timerS: number;
  wakeS: number;
  stopS: number;
  readingS: number;
  showsPower: boolean;
  /** Valley's plan after the probe: free for a while, then a limit for a while. */
  steps: { freeS: number; limitS: number; limitShare: number }[];
  /** The driver stops by app and starts again without unplugging. */
  breaks: { afterS: number; gapS: number }[];
  priceTicks: number[];
};

export type PowerSpan = { fromAt: InstantS; toAt: InstantS; powerW: number };
export type SimulatedStay = { facts: SettlementFacts; profile: PowerSpan[] };

export const PROGRAMME: ProgrammeTerms = {
  versionId: 'test-1',
  shareBp: 8_000,
  driverBp: 6_000,
  mspBp: 1_500,
  cpoBp: 1_500,
  platformBp: 1_000,
  driverCapMicro: '10000000',
  minPayoutMicro: '200000',
};

const PROBE_S = 300;
/** Quarters of prices a spec brings along: 30 h. */
const PRICED_QUARTERS = 120;

/** Any price may stand beside any other: for laws that hold exactly. */
export const wildPriceTicks: fc.Arbitrary<number[]> = fc.array(
  fc.integer({ min: -10_000, max: 40_000 }),
  { minLength: PRICED_QUARTERS, maxLength: PRICED_QUARTERS },
);

/**
 * A day-ahead curve's shape: peaks at 08 and 19 h, valleys at night and midday, neighbours up to
 * EUR 20/MWh off it. For laws whose tolerance was measured on real days.
 */
export const dayAheadPriceTicks: fc.Arbitrary<number[]> = fc
  .record({
    meanTicks: fc.integer({ min: 4_000, max: 12_000 }),
    swingTicks: fc.integer({ min: 1_000, max: 8_000 }),
    firstQuarter: fc.nat(95),
    noiseTicks: fc.array(fc.integer({ min: -1_000, max: 1_000 }), {
      minLength: PRICED_QUARTERS,
      maxLength: PRICED_QUARTERS,
    }),
  })
  .map(({ meanTicks, swingTicks, firstQuarter, noiseTicks }) =>
    noiseTicks.map((noise, i) => {
      const hour = ((firstQuarter + i) % 96) / 4;
      const morning = Math.exp(-(((hour - 8) / 2.5) ** 2));
      const evening = 1.5 * Math.exp(-(((hour - 19) / 3) ** 2));
      return meanTicks + Math.round(swingTicks * (morning + evening)) + noise;
    }),
  );

/** arbitrarySession draws sessions; `fixed` pins fields a law needs pinned. */
export function arbitrarySession(
  fixed: Partial<SessionSpec> = {},
  priceTicks = wildPriceTicks,
): fc.Arbitrary<SessionSpec> {
  const step = fc.record({
    freeS: fc.integer({ min: 1_200, max: 7_200 }),
    limitS: fc.integer({ min: 1_200, max: 14_400 }),
    limitShare: fc.constantFrom(0, 0, 0, 0.25, 0.5),
  });
  return fc
    .record({
      plugInAt: fc.integer({ min: MONDAY_AT, max: MONDAY_AT + 86_400 }),
      stayS: fc.integer({ min: 1_800, max: 14 * 3_600 }),
      powerW: fc.constantFrom(1_404, 3_672, 7_380, 11_052),
      ratedPowerW: fc.constantFrom(11_100, 22_080),
      needS: fc.integer({ min: 300, max: 5 * 3_600 }),
      timerS: fc.constant(0),
      wakeS: fc.integer({ min: 0, max: 60 }),
      stopS: fc.integer({ min: 0, max: 20 }),
      readingS: fc.constantFrom(60, 60, 300, 900),
      showsPower: fc.boolean(),
      steps: fc.array(step, { minLength: 1, maxLength: 5 }),
      breaks: fc.constant<SessionSpec['breaks']>([]),
      priceTicks,
    })
    .map((spec) => ({ ...spec, ...fixed }));
}

/** simulateStay plays the spec to the second and writes down what a station would have sent. */
export function simulateStay(spec: SessionSpec): SimulatedStay {
  const limits = planOf(spec);
  const profile = powerProfile(spec, limits);
  const facts: SettlementFacts = {
    sessionId: 'stay-1',
    plugInAt: spec.plugInAt,
    plugOutAt: spec.plugInAt + spec.stayS,
    transactions: transactionsOf(spec, profile),
    limits,
    ratedPowerW: spec.ratedPowerW,
    prices: pricesOf(spec.plugInAt, spec.priceTicks),
    programme: PROGRAMME,
    salePriceMicroPerKwh: '450000',
    probeSeconds: PROBE_S,
  };
  return { facts, profile };
}

export function pricesOf(fromAt: InstantS, ticks: readonly number[]): PriceInterval[] {
  return ticks.map((priceTicks, i) => ({
    startAt: quarterStart(fromAt) + i * QUARTER_S,
    seconds: QUARTER_S,
    priceTicks,
    kind: 'published',
  }));
}

/** withPrices replaces every price by a function of it. */
export function withPrices(
  facts: SettlementFacts,
  change: (priceTicks: number) => number,
): SettlementFacts {
  const prices = facts.prices.map((p) => ({ ...p, priceTicks: change(p.priceTicks) }));
  return { ...facts, prices };
}

/** mapReadings replaces the readings of every transaction. */
export function mapReadings(
  facts: SettlementFacts,
  change: (readings: RegisterReading[]) => RegisterReading[],
): SettlementFacts {
  const transactions = facts.transactions.map((t) => ({ ...t, readings: change(t.readings) }));
  return { ...facts, transactions };
}

/** registerAt integrates a power profile up to an instant, in whole milli-Wh. */
export function registerAt(profile: readonly PowerSpan[], at: InstantS): number {
  let milliWh = 1_000_000;
  for (const span of profile) {
    if (span.fromAt >= at) break;
    milliWh += (Math.min(span.toAt, at) - span.fromAt) * (span.powerW / 36) * 10;
  }
  return milliWh;
}

function planOf(spec: SessionSpec): LimitInForce[] {
  const limits: LimitInForce[] = [];
  const endAt = spec.plugInAt + spec.stayS;
  let at = spec.plugInAt + PROBE_S;
  for (const step of spec.steps) {
    const toAt = Math.min(at + step.limitS, endAt);
    if (at < toAt) limits.push({ fromAt: at, toAt, limitW: spec.powerW * step.limitShare });
    at += step.limitS + step.freeS;
  }
  return limits;
}

/** What binds the car over a span: blocked (timer, break, hold) or a power it may draw. */
function powerProfile(spec: SessionSpec, limits: readonly LimitInForce[]): PowerSpan[] {
  const endAt = spec.plugInAt + spec.stayS;
  const edges = new Set([spec.plugInAt, spec.plugInAt + spec.timerS, endAt]);
  for (const { fromAt, toAt } of limits) edges.add(fromAt).add(toAt);
  for (const { fromAt, toAt } of breaksOf(spec)) edges.add(fromAt).add(toAt);
  const instants = [...edges].filter((at) => at <= endAt).sort((a, b) => a - b);
  const profile: PowerSpan[] = [];
  let leftMilliWh = spec.needS * (spec.powerW / 36) * 10;
  let powerBeforeW = 0;
  instants.slice(1).forEach((toAt, i) => {
    const fromAt = instants[i] ?? spec.plugInAt;
    const allowedW = allowedPowerW(spec, limits, fromAt);
    const isHold = limits.some((l) => l.limitW === 0 && l.fromAt <= fromAt && fromAt < l.toAt);
    const startAt = powerBeforeW === 0 ? Math.min(fromAt + spec.wakeS, toAt) : fromAt;
    const stoppedAt = Math.min(toAt, fromAt + (isHold ? spec.stopS : 0));
    const wish =
      allowedW > 0
        ? { fromAt: startAt, toAt, powerW: allowedW }
        : { fromAt, toAt: stoppedAt, powerW: powerBeforeW };
    for (const drawn of drawUpTo(wish, leftMilliWh)) {
      leftMilliWh -= (drawn.toAt - drawn.fromAt) * (drawn.powerW / 36) * 10;
      profile.push(drawn);
    }
    powerBeforeW = startAt < toAt ? allowedW : 0;
  });
  return profile;
}

function allowedPowerW(
  spec: SessionSpec,
  limits: readonly LimitInForce[],
  at: InstantS,
): number {
  const isBlocked =
    at < spec.plugInAt + spec.timerS ||
    breaksOf(spec).some((gap) => gap.fromAt <= at && at < gap.toAt);
  if (isBlocked) return 0;
  const limit = limits.find((l) => l.fromAt <= at && at < l.toAt);
  return Math.floor(Math.min(spec.powerW, limit?.limitW ?? spec.powerW) / 36) * 36;
}

/** The last second carries what is left. */
function drawUpTo(wish: PowerSpan, leftMilliWh: number): PowerSpan[] {
  const perSecond = (wish.powerW / 36) * 10;
  if (perSecond === 0 || wish.fromAt >= wish.toAt || leftMilliWh === 0) return [];
  const fullS = Math.min(Math.floor(leftMilliWh / perSecond), wish.toAt - wish.fromAt);
  const fullToAt = wish.fromAt + fullS;
  const restMilliWh = leftMilliWh - fullS * perSecond;
  const spans = fullS > 0 ? [{ ...wish, toAt: fullToAt }] : [];
  if (fullToAt < wish.toAt && restMilliWh > 0) {
    spans.push({ fromAt: fullToAt, toAt: fullToAt + 1, powerW: restMilliWh * 3.6 });
  }
  return spans;
}

function breaksOf(spec: SessionSpec): { fromAt: InstantS; toAt: InstantS }[] {
  return spec.breaks.map(({ afterS, gapS }) => ({
    fromAt: spec.plugInAt + afterS,
    toAt: spec.plugInAt + afterS + gapS,
  }));
}

function transactionsOf(spec: SessionSpec, profile: readonly PowerSpan[]): TransactionFacts[] {
  const endAt = spec.plugInAt + spec.stayS;
  const starts = [spec.plugInAt, ...breaksOf(spec).map((gap) => gap.toAt)];
  const stops = [...breaksOf(spec).map((gap) => gap.fromAt), endAt];
  return starts.map((startedAt, i) => {
    const stoppedAt = stops[i] ?? endAt;
    const instants = [startedAt];
    const firstAt = (Math.floor(startedAt / spec.readingS) + 1) * spec.readingS;
    for (let at = firstAt; at < stoppedAt; at += spec.readingS) instants.push(at);
    instants.push(stoppedAt);
    const readings = instants.map((at) => readingAt(spec, profile, at));
    return { id: i + 1, startedAt, stoppedAt, readings };
  });
}

function readingAt(
  spec: SessionSpec,
  profile: readonly PowerSpan[],
  at: InstantS,
): RegisterReading {
  const now = profile.find((span) => span.fromAt < at && at <= span.toAt);
  return {
    at,
    receivedAt: at + 1,
    registerMilliWh: registerAt(profile, at),
    powerW: spec.showsPower ? Math.round(now?.powerW ?? 0) : null,
  };
}
