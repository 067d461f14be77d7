import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import { DAY_S, HOUR_S, QUARTER_S } from '../../time/instant.ts';
import { capBefore, makeCars } from './cars.ts';
import { fleetOf, type WhatIfFleet } from './fleet.ts';
import { WHAT_IF_DEFAULTS, type WhatIfSettings } from './settings.ts';
import { whatIf } from './what-if.ts';

const FROM_AT = Date.UTC(2026, 0, 14, 11) / 1000;
const SLOTS = 144;

const fleets: fc.Arbitrary<WhatIfFleet> = fc
  .record({
    prices: fc.array(fc.integer({ min: -60, max: 400 }), { minLength: SLOTS, maxLength: SLOTS }),
    stays: fc.array(
      fc.record({
        inS: fc.integer({ min: 0, max: DAY_S - 1 }),
        lengthS: fc.integer({ min: 60, max: 14 * HOUR_S }),
        energyWh: fc.integer({ min: 1, max: 60_000 }),
        powerW: fc.constantFrom(2_300, 3_680, 11_040, 22_080),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ prices, stays }) =>
    fleetOf({
      fromAt: FROM_AT,
      timeZone: 'Europe/Amsterdam',
      isSynthetic: true,
      priceTicks: prices.map((price) => price * 100),
      stays: stays.map(({ inS, lengthS, energyWh, powerW }) => ({
        plugInAt: FROM_AT + inS,
        plugOutAt: FROM_AT + inS + lengthS,
        energyWh,
        powerW,
      })),
    }),
  );

const settings: fc.Arbitrary<WhatIfSettings> = fc.record({
  share: fc.integer({ min: 0, max: 100 }),
  cars: fc.integer({ min: 10, max: 24 }),
  power: fc.constantFrom(0, 1, 4, 11, 22),
  limit: fc.constantFrom(0, 1, 5, 20, 60, 200),
  flat: fc.constantFrom(0, 0, 1, 50, 100),
  unsure: fc.constantFrom(0, 0, 30, 90, 180),
  spread: fc.constantFrom(0, 50, 100, 300),
});

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

// Each solves a whole street twice: the solvers' own laws are what runs a hundred thousand times.
const law = (check: (fleet: WhatIfFleet, asked: WhatIfSettings) => void) => {
  fc.assert(fc.property(fleets, settings, check), { numRuns: lawRuns(10_000) });
};

describe('the what-if model', () => {
  it('conserves energy: what is asked is in the load or unserved, before and after', () => {
    law((fleet, asked) => {
      const answer = whatIf(fleet, asked);
      const askedWh = sum(makeCars(fleet, asked).needWh);
      for (const side of [answer.before, answer.after]) {
        expect(side.energyWh + side.unservedWh).toBe(askedWh);
      }
      expect(sum(answer.beforeWh)).toBe(answer.before.energyWh);
      expect(sum(answer.afterWh)).toBe(answer.after.energyWh);
    });
  });

  it('keeps the limit but where those who do not take part exceed it alone', () => {
    law((fleet, asked) => {
      const { afterWh, limitWh } = whatIf(fleet, asked);
      if (limitWh === null) return;
      const cars = makeCars(fleet, asked);
      const others = othersAtOnce(cars);
      afterWh.forEach((wh, slot) => {
        expect(wh).toBeLessThanOrEqual(Math.max(limitWh, others[slot] ?? 0));
      });
    });
  });

  it('changes nothing where nobody takes part', () => {
    law((fleet, asked) => {
      const { before, after, beforeWh, afterWh, payout } = whatIf(fleet, { ...asked, share: 0 });
      expect(after).toEqual(before);
      expect(afterWh).toEqual(beforeWh);
      expect(sum(Object.values(payout))).toBe(0);
    });
  });

  it('never costs more than at once where departures are known and price alone counts', () => {
    law((fleet, asked) => {
      const free = { ...asked, flat: 0, unsure: 0, limit: 0 };
      const { before, after } = whatIf(fleet, free);
      expect(after.energyWh).toBe(before.energyWh);
      expect(after.costExact).toBeLessThanOrEqual(before.costExact);
    });
  });

  it('costs more, and is never more peaked, the more flatness counts', () => {
    law((fleet, asked) => {
      const known = { ...asked, unsure: 0, limit: 0 };
      const byPrice = whatIf(fleet, { ...known, flat: 0 });
      const flattest = whatIf(fleet, { ...known, flat: 100 });
      expect(flattest.after.costExact).toBeGreaterThanOrEqual(byPrice.after.costExact);
      expect(flattest.after.peakWh).toBeLessThanOrEqual(byPrice.after.peakWh);
    });
  });

  it('serves no less under a higher limit', () => {
    law((fleet, asked) => {
      const known = { ...asked, unsure: 0, limit: Math.max(1, asked.limit) };
      const tight = whatIf(fleet, known);
      const wide = whatIf(fleet, { ...known, limit: known.limit * 2 });
      expect(wide.after.unservedWh).toBeLessThanOrEqual(tight.after.unservedWh);
    });
  });

  it('adds cars and drivers to those that were there', () => {
    law((fleet, asked) => {
      const some = makeCars(fleet, asked);
      const more = makeCars(fleet, { ...asked, cars: asked.cars + 5, share: Math.min(100, asked.share + 10) });
      for (const name of ['from', 'until', 'needWh', 'planUntil'] as const) {
        expect(more[name].slice(0, some.count)).toEqual(some[name]);
      }
      some.steered.forEach((mark, car) => expect(more.steered[car]).toBeGreaterThanOrEqual(mark));
    });
  });

  it('believes in exactly the true windows where departures are known', () => {
    law((fleet, asked) => {
      const cars = makeCars(fleet, { ...asked, unsure: 0 });
      expect(cars.planUntil).toEqual(cars.until);
      expect(cars.planFirstWh).toEqual(cars.firstWh);
      expect(cars.planLastWh).toEqual(cars.lastWh);
    });
  });
});

function othersAtOnce(cars: ReturnType<typeof makeCars>): Float64Array {
  const load = new Float64Array(cars.slots);
  for (let car = 0; car < cars.count; car += 1) {
    if (cars.steered[car] === 1) continue;
    let left = cars.needWh[car] ?? 0;
    for (let slot = 0; slot < cars.slots && left > 0; slot += 1) {
      const wh = Math.min(left, capBefore(cars, car, slot));
      load[slot] = (load[slot] ?? 0) + wh;
      left -= wh;
    }
  }
  return load;
}

describe('fleetOf', () => {
  it('cuts stays where prices end and leaves out what cannot charge', () => {
    const stay = { plugInAt: FROM_AT, plugOutAt: FROM_AT + 3 * DAY_S, energyWh: 1, powerW: 1 };
    const fleet = fleetOf({
      fromAt: FROM_AT,
      timeZone: 'UTC',
      isSynthetic: true,
      priceTicks: Array.from({ length: 110 }, () => 1),
      stays: [stay, { ...stay, energyWh: 0 }, { ...stay, plugInAt: FROM_AT - 1 }],
    });
    expect(fleet.stays).toEqual([{ ...stay, plugOutAt: FROM_AT + 110 * QUARTER_S }]);
    expect(fleet.priceTicks).toHaveLength(110);
  });
});

describe('the prices', () => {
  it('keep their mean and lose their spread with the slider', () => {
    fc.assert(
      fc.property(fleets, (fleet) => {
        const flat = whatIf(fleet, { ...WHAT_IF_DEFAULTS, cars: 10, spread: 0 });
        const mean = sum(fleet.priceTicks) / fleet.priceTicks.length;
        for (const ticks of flat.priceTicks) expect(ticks).toBe(Math.round(mean));
        expect([...whatIf(fleet, WHAT_IF_DEFAULTS).priceTicks]).toEqual(fleet.priceTicks);
      }),
      { numRuns: 100 },
    );
  });
});
