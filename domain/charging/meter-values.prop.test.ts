import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { normaliseReading, type SampledValue } from './meter-values.ts';

const RUNS = { numRuns: lawRuns() };
const word = (...words: string[]) =>
  fc.option(fc.oneof(fc.constantFrom(...words), fc.string()), { nil: undefined });
const sampled: fc.Arbitrary<SampledValue> = fc.record({
  value: fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String)),
  context: word('Sample.Clock', 'Transaction.End'),
  measurand: word(
    'Energy.Active.Import.Register',
    'Power.Active.Import',
    'Current.Import',
    'SoC',
    'Temperature',
  ),
  phase: word('L1', 'L2', 'L3', 'N', 'L1-N', 'L1-L2'),
  location: word('Outlet', 'Inlet', 'EV'),
  unit: word('Wh', 'kWh', 'W', 'kW', 'A', 'Percent', 'K', 'Fahrenheit'),
  multiplier: fc.option(fc.integer({ min: -40, max: 40 }), { nil: undefined }),
});
const isWhole = (value: number | null) => value === null || Number.isSafeInteger(value);

describe('normaliseReading', () => {
  it('never throws and gives whole numbers that fit, one sample for each value', () => {
    fc.assert(
      fc.property(fc.array(sampled, { maxLength: 12 }), (values) => {
        const reading = normaliseReading(values);
        expect(reading.samples).toHaveLength(values.length);
        const { registerMilliWh, powerW, currentMa, offeredMa, socPermille } = reading;
        for (const value of [registerMilliWh, powerW, currentMa, offeredMa, socPermille])
          expect(isWhole(value)).toBe(true);
        for (const sample of reading.samples) expect(isWhole(sample.valueMilli)).toBe(true);
      }),
      RUNS,
    );
  });

  it('kWh and Wh, with and without a multiplier, are the same energy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (wh) => {
        const forms: SampledValue[] = [
          { value: String(wh) },
          { value: String(wh), unit: 'Wh' },
          { value: `${Math.floor(wh / 1000)}.${String(wh % 1000).padStart(3, '0')}`, unit: 'kWh' },
          { value: String(wh), unit: 'kWh', multiplier: -3 },
        ];
        expect(forms.map((form) => normaliseReading([form]).registerMilliWh)).toEqual(
          forms.map(() => wh * 1000),
        );
      }),
      RUNS,
    );
  });

  it('phases sum to the same in any order', () => {
    const phases = fc.shuffledSubarray(['L1', 'L2', 'L3'], { minLength: 3 });
    fc.assert(
      fc.property(fc.tuple(fc.nat(), fc.nat(), fc.nat()), phases, ([a, b, c], order) => {
        const by: Record<string, number> = { L1: a, L2: b, L3: c };
        const values = order.map((phase) => ({ value: String(by[phase]), phase }));
        expect(normaliseReading(values).registerMilliWh).toBe((a + b + c) * 1000);
      }),
      RUNS,
    );
  });
});
