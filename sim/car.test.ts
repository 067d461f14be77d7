import { expect, test } from 'vitest';
import { type Car, carPowerW, followOffer, freshCarState, linearTaper, socPercent } from './car.ts';
import { wattMsFromMilliWh } from './meter.ts';

const THREE: Car = { phases: 3, maxPowerW: 11_000, energyNeedMilliWh: 20_000_000 };
const delivered = (energyMilliWh: number) => ({
  ...freshCarState(),
  delivered: wattMsFromMilliWh(energyMilliWh),
});

test('A car takes the least of its own charger and the offer, nothing below its minimum', () => {
  const fresh = freshCarState();
  expect(carPowerW(THREE, fresh, 32_000)).toBe(11_000);
  expect(carPowerW(THREE, fresh, 10_000)).toBe(6_900);
  expect(carPowerW(THREE, fresh, 5_900)).toBe(0);
  expect(carPowerW({ ...THREE, phases: 1 }, fresh, 16_000)).toBe(3_680);
  expect(carPowerW({ ...THREE, minCurrentMilliA: 8_000 }, fresh, 7_000)).toBe(0);
});

test('A full car takes nothing, and power falls in steps near full', () => {
  expect(carPowerW(THREE, delivered(20_000_000), 32_000)).toBe(0);
  const battery = { batteryMilliWh: 50_000_000, startSocPercent: 60, maxPowerW: 11_000 };
  const car = { ...THREE, ...battery, taper: linearTaper(battery) };
  expect(carPowerW(car, delivered(9_999_000), 32_000)).toBe(11_000);
  expect(carPowerW(car, delivered(11_000_000), 32_000)).toBe(10_010);
  expect(carPowerW(car, delivered(19_500_000), 32_000)).toBe(2_090);
  expect(socPercent(car, delivered(5_000_000))).toBe(70);
});

test('Some cars sleep through the end of a long pause', () => {
  const car: Car = { ...THREE, wakeFailsAfterS: 1_800 };
  const drawing = delivered(1_000_000);
  const paused = followOffer(car, drawing, { milliA: 0, atMs: 0 });
  const after = (seconds: number, who = car) =>
    carPowerW(who, followOffer(who, paused, { milliA: 16_000, atMs: seconds * 1_000 }), 16_000);
  expect(after(1_800)).toBe(11_000);
  expect(after(1_801)).toBe(0);
  expect(after(1, { ...THREE, cannotPause: true })).toBe(0);
});

test('A car that was paused before it drew anything has not been interrupted', () => {
  const car: Car = { ...THREE, cannotPause: true };
  const waiting = followOffer(car, freshCarState(), { milliA: 0, atMs: 0 });
  const begun = followOffer(car, waiting, { milliA: 16_000, atMs: 9_000_000 });
  expect(carPowerW(car, begun, 16_000)).toBe(11_000);
});
