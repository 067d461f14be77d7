import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { lawRuns } from '#domain/law-runs.test-support.ts';
import type { Car } from './car.ts';
import type { StoredProfile } from './charging-profiles.ts';
import { newEvse } from './evse.ts';
import { type Fact, StationModel } from './station-model.ts';

// A second alone, more on a machine that runs other suites beside it.
vi.setConfig({ testTimeout: 30_000 });
const RUNS = { numRuns: lawRuns() };
const START = Date.parse('2026-03-02T18:00:00Z');
const HOUR = 3_600_000;

const car: fc.Arbitrary<Car> = fc.record(
  {
    phases: fc.constantFrom(1, 3),
    maxPowerW: fc.integer({ min: 300, max: 22_000 }),
    energyNeedMilliWh: fc.integer({ min: 1, max: 60_000_000 }),
    minCurrentMilliA: fc.integer({ min: 6_000, max: 10_000 }),
    wakeFailsAfterS: fc.integer({ min: 60, max: 7_200 }),
    taper: fc.array(
      fc.record({
        afterMilliWh: fc.integer({ min: 0, max: 30_000_000 }),
        maxPowerW: fc.integer({ min: 100, max: 11_000 }),
      }),
      { maxLength: 4 },
    ),
  },
  { requiredKeys: ['phases', 'maxPowerW', 'energyNeedMilliWh'] },
) as fc.Arbitrary<Car>;
const limits = fc.array(fc.constantFrom(0, 4, 6, 10, 16, 32), { minLength: 1, maxLength: 12 });
const stepMs = fc.integer({ min: 1, max: 1_800_000 });

function profileOf(values: number[]): StoredProfile {
  return {
    id: 1,
    evseId: 1,
    stackLevel: 0,
    purpose: 'Tx',
    kind: 'Absolute',
    recurrency: null,
    validFromMs: null,
    validToMs: null,
    transactionId: 'tx',
    schedule: {
      startMs: START,
      durationS: null,
      unit: 'A',
      periods: values.map((limit, index) => ({ startS: index * 900, limit, phases: 3 })),
    },
  };
}

type Scenario = { car: Car; values: number[]; departMs: number };

function play(scenario: Scenario, stops: number[]): { facts: object[]; register: number } {
  const facts: object[] = [];
  const evse = newEvse({
    id: 1,
    phases: 3,
    hardwareMilliA: 32_000,
    atMs: START,
    registerMilliWh: 5_000,
  });
  const sampling = { sampleS: 60, alignedS: 900 };
  const note = (fact: Fact) =>
    facts.push({ type: fact.type, status: fact.evse.status, ...fact.reading });
  const model = new StationModel({ evses: [evse], profiles: [], sampling }, note);
  const departAtMs = START + scenario.departMs;
  model.plugIn({ evseId: 1, car: scenario.car, idToken: 'C', atMs: START, departAtMs });
  model.begin(1, {
    ref: 'tx',
    remoteId: null,
    idToken: 'C',
    startedAtMs: START,
    energised: true,
    seqNo: 0,
    remoteStartId: null,
  });
  model.setProfiles([profileOf(scenario.values)]);
  for (const stop of stops) model.advanceTo(stop);
  model.advanceTo(START + 6 * HOUR);
  return { facts, register: evse.register };
}

const scenario = fc.record({
  car,
  values: limits,
  departMs: fc.integer({ min: 1, max: 5 * HOUR }),
});

test('Register, samples and statuses do not depend on when the simulator looks', () => {
  fc.assert(
    fc.property(scenario, fc.array(stepMs, { maxLength: 30 }), (chosen, steps) => {
      let at = START;
      const stops = steps.map((step) => (at += step));
      expect(play(chosen, stops)).toEqual(play(chosen, []));
    }),
    RUNS,
  );
});

test('A car never takes more than it needs, and a sample never runs ahead of its power', () => {
  fc.assert(
    fc.property(scenario, (chosen) => {
      const { facts, register } = play(chosen, []);
      const taken = register / 3_600 - 5_000;
      expect(taken).toBeLessThanOrEqual(chosen.car.energyNeedMilliWh);
      const hours = Math.min(chosen.departMs, 6 * HOUR) / HOUR;
      expect(taken).toBeLessThanOrEqual(chosen.car.maxPowerW * hours * 1_000 + 1e-6);
      const registers = facts.map((fact) => (fact as { registerMilliWh: number }).registerMilliWh);
      expect(registers).toEqual(registers.toSorted((a, b) => a - b));
    }),
    RUNS,
  );
});

test('Energy is the exact sum of power times time between the facts', () => {
  const { facts, register } = play(
    {
      car: { phases: 3, maxPowerW: 11_000, energyNeedMilliWh: 60_000_000 },
      values: [16, 0, 10, 4, 16],
      departMs: 2 * HOUR,
    },
    [],
  );
  // 15 min each: 11,000 W, 0 W, 6,900 W, 0 W (4 A is a pause), then 11,000 W for an hour.
  expect(register / 3_600 - 5_000).toBe(2_750_000 + 0 + 1_725_000 + 0 + 11_000_000);
  expect(facts.filter((fact) => (fact as { type: string }).type === 'sample')).toHaveLength(128);
});
