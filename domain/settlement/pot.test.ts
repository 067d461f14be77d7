import { describe, expect, it } from 'vitest';
import { PROGRAMME } from './arbitrary.test-support.ts';
import { potOf, type PotArgs } from './pot.ts';

const EUR_EXACT = 100_000_000_000n;

function pot(change: Partial<PotArgs> = {}) {
  return potOf({
    savingExact: EUR_EXACT,
    energyMilliWh: 20_000_000,
    programme: PROGRAMME,
    salePriceMicroPerKwh: '450000',
    ...change,
  });
}

describe('the pot and its parts', () => {
  it('shares EUR 1.00 saved at 80 %, 60/15/15/10', () => {
    expect(pot()).toEqual({
      potMicro: 800_000n,
      parts: {
        driverMicro: 480_000n,
        mspMicro: 120_000n,
        cpoMicro: 120_000n,
        platformMicro: 80_000n,
      },
      cappedMicro: 0n,
      belowMinimum: false,
    });
  });

  it('pays nothing for a negative saving', () => {
    expect(pot({ savingExact: -EUR_EXACT }).potMicro).toBe(0n);
    expect(pot({ savingExact: -EUR_EXACT }).belowMinimum).toBe(true);
  });

  it('rounds the pot half to even, once', () => {
    const half = { ...PROGRAMME, shareBp: 5_000 };
    expect(pot({ programme: half, savingExact: 100_000n }).potMicro).toBe(0n);
    expect(pot({ programme: half, savingExact: 300_000n }).potMicro).toBe(2n);
  });

  it('floors the others and gives the driver what is left', () => {
    const { potMicro, parts } = pot({ savingExact: 1_100_000n });
    expect(potMicro).toBe(9n);
    expect(parts).toEqual({ driverMicro: 7n, mspMicro: 1n, cpoMicro: 1n, platformMicro: 0n });
  });

  it('caps the driver at EUR 10, the rest of the parts untouched', () => {
    const capped = pot({ savingExact: 30n * EUR_EXACT, energyMilliWh: 100_000_000 });
    expect(capped.parts.driverMicro).toBe(10_000_000n);
    expect(capped.cappedMicro).toBe(4_400_000n);
    expect(capped.parts.cpoMicro).toBe(3_600_000n);
  });

  it("caps the driver at half the stay's energy bill", () => {
    const capped = pot({ energyMilliWh: 1_000_000 });
    expect(capped.parts.driverMicro).toBe(225_000n);
    expect(capped.cappedMicro).toBe(255_000n);
  });

  it('marks a part below EUR 0.20', () => {
    expect(pot({ savingExact: (EUR_EXACT * 4n) / 10n }).belowMinimum).toBe(true);
    expect(pot({ savingExact: (EUR_EXACT * 5n) / 10n }).belowMinimum).toBe(false);
  });

  it('refuses terms that contradict themselves', () => {
    const refused = (change: Partial<typeof PROGRAMME>) => () =>
      pot({ programme: { ...PROGRAMME, ...change } });
    expect(refused({ shareBp: 9_001 })).toThrow(/at most 9000/);
    expect(refused({ driverBp: 6_001 })).toThrow(/must be 10000/);
    expect(refused({ driverBp: 6_001, mspBp: 1_499.5 })).toThrow(/whole basis points/);
    expect(refused({ driverCapMicro: '-1' })).toThrow(/must not be negative/);
  });
});
