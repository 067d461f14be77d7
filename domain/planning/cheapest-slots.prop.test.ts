import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { cheapestSlots, firstEnergy } from './cheapest-slots.ts';


const slot = fc.record({
  capacityMilliWh: fc.integer({ min: 0, max: 5_000_000 }),
  priceTicks: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -50_000, max: 400_000 })),
});
const slots = fc.array(slot, { maxLength: 100 });
const need = fc.integer({ min: 0, max: 100_000_000 });
const cost = (offers: readonly { priceTicks: number }[], energies: readonly number[]) =>
  offers.reduce((sum, offer, index) => sum + BigInt(offer.priceTicks) * BigInt(energies[index] ?? 0), 0n);
const total = (energies: readonly number[]) => energies.reduce((sum, energy) => sum + energy, 0);

describe('cheapest slots', () => {
  test('serves the need or everything the slots hold, within each capacity', () => {
    fc.assert(fc.property(slots, need, (offers, wanted) => {
      const energies = cheapestSlots(offers, wanted);
      expect(total(energies)).toBe(Math.min(wanted, total(offers.map((offer) => offer.capacityMilliWh))));
      energies.forEach((energy, index) => {
        expect(energy).toBeGreaterThanOrEqual(0);
        expect(energy).toBeLessThanOrEqual(offers[index]?.capacityMilliWh ?? 0);
      });
    }), { numRuns: lawRuns() });
  });

  test('is optimal: no slot with energy is dearer than a slot with room', () => {
    fc.assert(fc.property(slots, need, (offers, wanted) => {
      const energies = cheapestSlots(offers, wanted);
      const used = offers.filter((_, index) => (energies[index] ?? 0) > 0).map((offer) => offer.priceTicks);
      const room = offers.filter((offer, index) => (energies[index] ?? 0) < offer.capacityMilliWh).map((offer) => offer.priceTicks);
      if (used.length > 0 && room.length > 0) expect(Math.max(...used)).toBeLessThanOrEqual(Math.min(...room));
    }), { numRuns: lawRuns() });
  });

  test('never costs more than charging at once', () => {
    fc.assert(fc.property(slots, need, (offers, wanted) => {
      expect(cost(offers, cheapestSlots(offers, wanted)) <= cost(offers, firstEnergy(offers, wanted))).toBe(true);
    }), { numRuns: lawRuns() });
  });

  test('planning again with the plan in force gives the same plan', () => {
    fc.assert(fc.property(slots, need, (offers, wanted) => {
      const first = cheapestSlots(offers, wanted);
      const used = new Set(first.flatMap((energy, index) => (energy > 0 ? [index] : [])));
      expect(cost(offers, cheapestSlots(offers, wanted, used))).toBe(cost(offers, first));
      expect(cheapestSlots(offers, wanted)).toEqual(first);
    }), { numRuns: lawRuns() });
  });

  test('a slot cut in two equal halves changes no cost', () => {
    fc.assert(fc.property(slots, need, (offers, wanted) => {
      const even = offers.map((offer) => ({ ...offer, capacityMilliWh: offer.capacityMilliWh * 2 }));
      const halves = offers.flatMap((offer) => [offer, offer]);
      expect(cost(halves, cheapestSlots(halves, wanted))).toBe(cost(even, cheapestSlots(even, wanted)));
    }), { numRuns: lawRuns() });
  });

  test('unknown prices are used only when the known ones do not suffice', () => {
    const offers = [{ capacityMilliWh: 10, priceTicks: null }, { capacityMilliWh: 10, priceTicks: 99_999 }];
    expect(cheapestSlots(offers, 10)).toEqual([0, 10]);
    expect(cheapestSlots(offers, 15)).toEqual([5, 10]);
  });

  test('among equal prices it takes slots beside each other', () => {
    const offers = [5, 1, 5, 5, 5].map((priceTicks) => ({ capacityMilliWh: 10, priceTicks }));
    expect(cheapestSlots(offers, 20)).toEqual([10, 10, 0, 0, 0]);
    expect(cheapestSlots(offers, 20, new Set([2]))).toEqual([0, 10, 10, 0, 0]);
  });
});
