import { describe, expect, it } from 'vitest';
import { scaleOf, stepPath, UNIT } from './figure-parts.tsx';

const frame = { fromAt: 1_000, toAt: 2_000 };
const scale = scaleOf(frame, { min: -50, max: 150, ticks: [] });

describe('scaleOf', () => {
  it('lays the axis from the floor to the top, zero where it belongs', () => {
    expect([-50, 0, 150].map(scale.y)).toEqual([UNIT, 750, 0]);
    expect([1_000, 1_250, 2_000].map(scale.x)).toEqual([0, 250, UNIT]);
  });
});

describe('stepPath', () => {
  const steps = [
    { fromAt: 1_000, toAt: 1_200, value: 50 },
    { fromAt: 1_200, toAt: 1_300, value: 150 },
    { fromAt: 1_500, toAt: 2_500, value: 50 },
  ];
  it('falls to the floor between spans that do not meet', () => {
    expect(stepPath(steps, scale, 'ZERO')).toBe(
      'M0 1000V500H200V0H300V1000M500 1000V500H1000V1000',
    );
  });
  it('is broken where nobody knows', () => {
    expect(stepPath(steps, scale, 'GAP')).toBe('M0 500H200V0H300M500 500H1000');
    expect(stepPath([], scale, 'GAP')).toBe('');
  });
});
