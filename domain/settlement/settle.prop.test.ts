import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import type { RegisterReading } from '../charging/readings.ts';
import { EXACT_PER_MICRO } from '../money/money.ts';
import {
  arbitrarySession,
  dayAheadPriceTicks,
  mapReadings,
  registerAt,
  simulateStay,
  withPrices,
  type SessionSpec,
  type SimulatedStay,
} from './arbitrary.test-support.ts';
import type { LimitInForce, Settled, SettlementFacts } from './facts.ts';
import { settle } from './settle.ts';

/** A busy machine must not fail a law. */
const SLOW = { timeout: 60_000 };
const RUNS = { numRuns: lawRuns() };
const CENT_MICRO = 10_000n;

function settled(facts: SettlementFacts): Settled {
  const result = settle(facts);
  if (result.kind !== 'settled') throw new Error(`waiting for ${result.missingAt.join(', ')}`);
  return result;
}

function factsOf(spec: SessionSpec): SettlementFacts {
  return simulateStay(spec).facts;
}

/** The money of a result: everything that is paid or explained in euros. */
function money({ savingExact, potMicro, parts, cappedMicro, pauses }: Settled) {
  return { savingExact, potMicro, parts, cappedMicro, pauses };
}

describe('laws of settlement on random sessions', SLOW, () => {
  it('the generator pays often enough for the laws to mean something', () => {
    const specs = fc.sample(arbitrarySession(), { numRuns: 500, seed: 1 });
    const results = specs.map((spec) => settled(factsOf(spec)));
    expect(results.filter((r) => r.savingExact > 0n).length).toBeGreaterThan(100);
    expect(results.filter((r) => r.savingExact < 0n).length).toBeGreaterThan(50);
    expect(results.filter((r) => r.pauses.length > 1).length).toBeGreaterThan(50);
  });

  it('without a hold the saving is exactly 0', () => {
    fc.assert(
      fc.property(arbitrarySession(), (spec) => {
        const facts = { ...factsOf(spec), limits: [] };
        const result = settled(facts);
        expect(result.savingExact).toBe(0n);
        for (const q of result.quarters) expect(q.baselineEnergyMilliWh).toBe(q.energyMilliWh);
      }),
      RUNS,
    );
  });

  it('at a flat price the saving is exactly 0', () => {
    fc.assert(
      fc.property(arbitrarySession(), fc.integer({ min: -9_999, max: 50_000 }), (spec, ticks) => {
        expect(settled(withPrices(factsOf(spec), () => ticks)).savingExact).toBe(0n);
      }),
      RUNS,
    );
  });

  it('EUR 300/MWh more or less on every price leaves the saving unchanged', () => {
    fc.assert(
      fc.property(arbitrarySession(), fc.constantFrom(-30_000, 30_000), (spec, shift) => {
        const facts = factsOf(spec);
        const shifted = withPrices(facts, (ticks) => ticks + shift);
        expect(settled(shifted).savingExact).toBe(settled(facts).savingExact);
      }),
      RUNS,
    );
  });

  it('three times the prices make exactly three times the saving', () => {
    fc.assert(
      fc.property(arbitrarySession(), (spec) => {
        const facts = factsOf(spec);
        const tripled = withPrices(facts, (ticks) => ticks * 3);
        expect(settled(tripled).savingExact).toBe(3n * settled(facts).savingExact);
      }),
      RUNS,
    );
  });

  it('the energy of the quarters, metered and baseline, is the energy settled', () => {
    fc.assert(
      fc.property(arbitrarySession(), (spec) => {
        const { facts, profile } = simulateStay(spec);
        const result = settled(facts);
        const sum = (column: 'energyMilliWh' | 'baselineEnergyMilliWh') =>
          result.quarters.reduce((total, quarter) => total + quarter[column], 0);
        const drawn = registerAt(profile, facts.plugOutAt) - registerAt(profile, facts.plugInAt);
        expect(result.energyMilliWh).toBe(drawn);
        expect(sum('energyMilliWh')).toBe(drawn);
        expect(sum('baselineEnergyMilliWh')).toBe(drawn);
      }),
      RUNS,
    );
  });

  it('parts and what the caps cut make the pot, and nobody gets less than nothing', () => {
    fc.assert(
      fc.property(arbitrarySession(), fc.nat(900_000), (spec, salePrice) => {
        const result = settled({ ...factsOf(spec), salePriceMicroPerKwh: String(salePrice) });
        const { driverMicro, mspMicro, cpoMicro, platformMicro } = result.parts;
        const parts = [driverMicro, mspMicro, cpoMicro, platformMicro, result.cappedMicro];
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(result.potMicro);
        expect(parts.every((part) => part >= 0n)).toBe(true);
        if (result.savingExact <= 0n) expect(result.potMicro).toBe(0n);
      }),
      RUNS,
    );
  });
});

describe('laws of late and disordered readings', SLOW, () => {
  it('any order, copies and late arrivals of the readings settle the same', () => {
    fc.assert(
      fc.property(arbitrarySession(), fc.infiniteStream(fc.nat(1_000)), (spec, stream) => {
        const draw = () => Number(stream.next().value);
        const facts = factsOf(spec);
        const disordered = mapReadings(facts, (readings) => disorder(readings, draw));
        expect(settled(disordered)).toEqual(settled(facts));
      }),
      RUNS,
    );
  });
});

/** Shuffles, copies some, and lets any but the first and last arrive up to a week late. */
function disorder(readings: RegisterReading[], draw: () => number): RegisterReading[] {
  const sent = readings.flatMap((reading, i) => {
    const isEdge = i === 0 || i === readings.length - 1;
    const isLate = !isEdge && draw() % 3 === 0;
    const first = isLate ? { ...reading, receivedAt: reading.at + draw() * 600 } : reading;
    return draw() % 5 === 0 ? [first, { ...first, receivedAt: first.receivedAt + 60 }] : [first];
  });
  return sent
    .map((reading) => ({ reading, rank: draw() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ reading }) => reading);
}

describe('laws of honest metering', SLOW, () => {
  it('halving every reading changes the saving by 10 micro-euro at most', () => {
    const session = arbitrarySession(
      { wakeS: 0, stopS: 0, showsPower: false },
      dayAheadPriceTicks,
    );
    fc.assert(
      fc.property(session, (spec) => {
        const stay = simulateStay({ ...spec, readingS: Math.min(spec.readingS, 300) });
        const halved = mapReadings(stay.facts, (readings) => halve(readings, stay));
        const change = settled(halved).savingExact - settled(stay.facts).savingExact;
        expect(change < 0n ? -change : change).toBeLessThanOrEqual(10n * EXACT_PER_MICRO);
      }),
      RUNS,
    );
  });

  it('two hours idle after the last kWh, held or not, change nothing', () => {
    fc.assert(
      fc.property(arbitrarySession(), fc.boolean(), (spec, isHeld) => {
        const facts = factsOf(spec);
        const lastTwo = facts.transactions.at(-1)?.readings.slice(-2) ?? [];
        fc.pre(lastTwo[0]?.registerMilliWh === lastTwo[1]?.registerMilliWh);
        expect(money(settled(withIdleTail(facts, isHeld)))).toEqual(money(settled(facts)));
      }),
      RUNS,
    );
  });
});

/** Midpoints as the rule itself reads them: linear, but as metered across a hold's edge. */
function halve(readings: RegisterReading[], { facts, profile }: SimulatedStay): RegisterReading[] {
  const lastDrawnAt = profile.at(-1)?.toAt ?? facts.plugInAt;
  return readings.flatMap((end, i) => {
    const start = readings[i - 1];
    if (start === undefined || end.at - start.at < 2) return [end];
    const at = Math.floor((start.at + end.at) / 2);
    const isCut = facts.limits.some((limit) =>
      [limit.fromAt, limit.toAt].some(
        (edge) => limit.limitW === 0 && start.at < edge && edge < end.at,
      ),
    );
    if (isCut && start.at < lastDrawnAt && lastDrawnAt < end.at) return [end];
    const rise = end.registerMilliWh - start.registerMilliWh;
    const share = (at - start.at) / (end.at - start.at);
    const linear = start.registerMilliWh + Math.floor(rise * share);
    const registerMilliWh = isCut ? registerAt(profile, at) : linear;
    return [{ at, receivedAt: at + 1, registerMilliWh, powerW: null }, end];
  });
}

function withIdleTail(facts: SettlementFacts, isHeld: boolean): SettlementFacts {
  const { plugOutAt, transactions } = facts;
  const idle = transactions.map((transaction) => {
    const last = transaction.readings.at(-1);
    if (last === undefined || last.at !== plugOutAt) return transaction;
    const tail = Array.from({ length: 120 }, (_, i) => {
      const at = plugOutAt + 60 * (i + 1);
      return { ...last, at, receivedAt: at + 1, powerW: null };
    });
    return { ...transaction, readings: [...transaction.readings, ...tail] };
  });
  const hold = { fromAt: plugOutAt, toAt: plugOutAt + 7_200, limitW: 0 };
  return {
    ...facts,
    plugOutAt: plugOutAt + 7_200,
    transactions: idle,
    limits: isHeld ? [...facts.limits, hold] : facts.limits,
  };
}

describe('laws against earning without Valley', SLOW, () => {
  it('a car that waits 30 min by itself at plug-in earns nothing', () => {
    fc.assert(
      fc.property(arbitrarySession({ timerS: 1_800 }), (spec) => {
        const firstHold = spec.steps.map((step) => ({ ...step, limitS: step.limitS + 1_800 }));
        const steps = spec.plugInAt % 2 === 0 ? spec.steps : firstHold;
        const result = settled(factsOf({ ...spec, steps }));
        expect(result.savingExact).toBe(0n);
      }),
      RUNS,
    );
  });

  it('marking drawing time as held pays the driver no more than 1 ct more', () => {
    const spec = heldSession({ readingS: 60 });
    const mark = fc.record({ spec, place: perMille, part: perMille });
    const gains = fc.sample(mark, { numRuns: 3_000, seed: 20_261_122 }).map((deviation) => {
      const { facts, profile } = simulateStay(deviation.spec);
      const drawn = profile[Math.floor((deviation.place * profile.length) / 1_000)];
      if (drawn === undefined) return 0n;
      const drawnS = drawn.toAt - drawn.fromAt;
      const fromAt = drawn.fromAt + Math.floor((drawnS * deviation.part) / 1_000);
      const marked = { ...facts, limits: markHeld(facts.limits, fromAt, drawn.toAt) };
      return driverMicro(marked) - driverMicro(facts);
    });
    expect(gains.filter((gain) => gain > CENT_MICRO)).toEqual([]);
    expect(gains.filter((gain) => gain < 0n).length).toBeGreaterThan(100);
  });

  it('marking every other half reading of drawing as held earns 1 ct more at most', () => {
    const session = arbitrarySession({ showsPower: false, steps: [] }, dayAheadPriceTicks);
    fc.assert(
      fc.property(session, (spec) => {
        const facts = { ...factsOf(spec), limits: [] };
        const last = facts.plugOutAt;
        const limits: LimitInForce[] = [];
        const halfS = spec.readingS / 2;
        for (let at = facts.plugInAt + 600; at + halfS < last; at += spec.readingS) {
          limits.push({ fromAt: at, toAt: at + halfS, limitW: 0 });
        }
        expect(settled({ ...facts, limits }).potMicro).toBeLessThanOrEqual(CENT_MICRO);
      }),
      RUNS,
    );
  });

  it('stopping and starting by app without unplugging pays 1 ct more in rare cases only', () => {
    const deviation = fc.record({
      spec: heldSession(),
      afterS: fc.integer({ min: 60, max: 12 * 3_600 }),
      gapS: fc.integer({ min: 10, max: 600 }),
    });
    const gains = fc
      .sample(deviation, { numRuns: 4_000, seed: 20_261_122 })
      .filter(({ spec, afterS, gapS }) => afterS + gapS < spec.stayS)
      .map(({ spec, afterS, gapS }) => {
        const broken = factsOf({ ...spec, breaks: [{ afterS, gapS }] });
        return driverMicro(broken) - driverMicro(factsOf(spec));
      });
    expect(gains.length).toBeGreaterThan(2_000);
    expect(gains.filter((gain) => gain > CENT_MICRO).length / gains.length).toBeLessThan(0.01);
    expect(gains.reduce((a, b) => a + b, 0n)).toBeLessThan(0n);
  });
});

const perMille = fc.nat(999);

/** Day-ahead prices, and holds as Valley's only limits. */
function heldSession(fixed: Partial<SessionSpec> = {}): fc.Arbitrary<SessionSpec> {
  return arbitrarySession(fixed, dayAheadPriceTicks).map((spec) => ({
    ...spec,
    steps: spec.steps.map((step) => ({ ...step, limitShare: 0 })),
  }));
}

function driverMicro(facts: SettlementFacts): bigint {
  return settled(facts).parts.driverMicro;
}

/** Lays a hold over the limits there are. */
function markHeld(limits: readonly LimitInForce[], fromAt: number, toAt: number): LimitInForce[] {
  if (fromAt >= toAt) return [...limits];
  const rest = limits.flatMap((limit) => [
    { ...limit, toAt: Math.min(limit.toAt, fromAt) },
    { ...limit, fromAt: Math.max(limit.fromAt, toAt) },
  ]);
  return [...rest, { fromAt, toAt, limitW: 0 }]
    .filter((limit) => limit.fromAt < limit.toAt)
    .sort((a, b) => a.fromAt - b.fromAt);
}
