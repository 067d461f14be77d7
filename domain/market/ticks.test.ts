import { describe, expect, it } from 'vitest';
import { decimalFromTicks, MAX_PRICE_TICKS, ticksFromDecimal } from './ticks.ts';

describe('ticksFromDecimal', () => {
  it.each([
    ['55.35', 5535],
    ['-0.19', -19],
    ['33', 3300],
    ['84.0', 8400],
    ['+7.5', 750],
    ['1e2', 10_000],
    ['-0', 0],
    ['0.29', 29],
    ['4000', 400_000],
  ])('reads %s EUR/MWh as %i ticks', (text, ticks) => {
    expect(ticksFromDecimal(text)).toBe(ticks);
  });

  it('rounds what is finer than a tick half-even, also below a thousandth', () => {
    expect(ticksFromDecimal('1.005')).toBe(100);
    expect(ticksFromDecimal('1.015')).toBe(102);
    expect(ticksFromDecimal('-1.005')).toBe(-100);
    expect(ticksFromDecimal('1.0051')).toBe(101);
    expect(ticksFromDecimal('1.004999')).toBe(100);
  });

  it.each(['', ' ', 'n/a', 'NaN', '1,5', '0x10', '1.2.3', '--1', 'Infinity', '100000.01', '1e99'])(
    'refuses %j',
    (text) => {
      expect(ticksFromDecimal(text)).toBeNull();
    },
  );

  it('takes its own limit', () => {
    expect(ticksFromDecimal('100000')).toBe(MAX_PRICE_TICKS);
  });
});

describe('decimalFromTicks', () => {
  it.each([
    [5535, '55.35'],
    [-19, '-0.19'],
    [3300, '33.0'],
    [8410, '84.1'],
    [5, '0.05'],
    [-5, '-0.05'],
    [0, '0.0'],
    [-0, '0.0'],
  ])('writes %i ticks as %s', (ticks, text) => {
    expect(decimalFromTicks(ticks)).toBe(text);
  });

  it('refuses a fraction of a tick', () => {
    expect(() => decimalFromTicks(0.5)).toThrow(RangeError);
  });
});
