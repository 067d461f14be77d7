import { expect, test } from 'vitest';
import { assumeStay } from './assume.ts';

test.each([
  [17.5, 'seven'], [23, 'seven'], [2, 'seven'], [4, 'now'], [9, 'now'], [15.99, 'now'],
] as const)('plugged in at %d h local, the car stays until %s', (localHour, until) => {
  const assumed = assumeStay({ plugInAt: 1000, localHour, nextSevenAt: 9000 });
  expect(assumed.departureAt).toBe(until === 'seven' ? 9000 : 1000);
  expect(assumed.minEnergyMilliWh).toBe(10_000_000);
});
