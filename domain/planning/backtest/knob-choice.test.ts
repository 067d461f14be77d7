import { expect, test } from 'vitest';
import { KnobChoice, KNOBS_EUR_PER_KWH, summed, type Outcome } from './knob-choice.ts';

const KWH = 1_000_000;
/** The less a kWh counts, the more is saved, and missed. */
const outcomes = (missedAt: (knob: number) => number): Outcome[] => KNOBS_EUR_PER_KWH.map((knob) => ({
  sessions: 1, foresightExact: 100, savingExact: Math.round(10 / knob), energyMilliWh: 10 * KWH,
  missedMilliWh: missedAt(knob), shortByOneKwh: 0,
}));
const knobAt = (choice: KnobChoice, now: number) => KNOBS_EUR_PER_KWH[choice.chosenAt(now)];

test('the knob is the one that saved most of those that missed no more than 0.9 %', () => {
  const choice = new KnobChoice();
  expect(knobAt(choice, 0)).toBe(5);
  choice.begin(100, outcomes((knob) => (knob < 0.4 ? 0.2 * KWH : 0.05 * KWH)));
  expect(knobAt(choice, 100)).toBe(0.4);
});

test('a stay counts once it has ended, and not before', () => {
  const choice = new KnobChoice();
  choice.begin(100, outcomes(() => 0));
  expect(knobAt(choice, 99)).toBe(5);
  expect(knobAt(choice, 100)).toBe(0.1);
  choice.begin(300, outcomes((knob) => (knob < 1 ? KWH : 0)));
  expect(knobAt(choice, 299)).toBe(0.1);
  expect(knobAt(choice, 300)).toBe(1);
});

test('outcomes add up', () => {
  const [one] = outcomes(() => 3);
  if (one === undefined) throw new Error('no knob');
  expect(summed(null, one)).toEqual(one);
  expect(summed(one, one)).toEqual({
    sessions: 2, foresightExact: 200, savingExact: 200, energyMilliWh: 20 * KWH, missedMilliWh: 6,
    shortByOneKwh: 0,
  });
});
