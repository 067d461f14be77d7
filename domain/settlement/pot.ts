import { BASIS_POINTS, EXACT_PER_MICRO, halfEven, type ExactEur } from '../money/money.ts';
import { MILLI_WH_PER_KWH, type MilliWh } from '../units/energy.ts';
import type { Micro } from '../money/money.ts';
import type { Parts, ProgrammeTerms } from './facts.ts';

const MAX_SHARE_BP = 9_000;

export type PotArgs = {
  savingExact: ExactEur;
  energyMilliWh: MilliWh;
  programme: ProgrammeTerms;
  salePriceMicroPerKwh: string;
};

export type Pot = { potMicro: Micro; parts: Parts; cappedMicro: Micro; belowMinimum: boolean };

/**
 * potOf makes the pot of a saving and splits it (settlement rules 17 to 19), in micro-euro. The
 * one rounding to nearest is the pot's; parts are floored and the driver takes the rest.
 * @throws RangeError where the programme's terms contradict themselves.
 */
export function potOf(args: PotArgs): Pot {
  const { programme } = args;
  assertTerms(programme);
  const saving = args.savingExact > 0n ? args.savingExact : 0n;
  const potMicro = halfEven(saving * BigInt(programme.shareBp), BASIS_POINTS * EXACT_PER_MICRO);
  const part = (basisPoints: number) => (potMicro * BigInt(basisPoints)) / BASIS_POINTS;
  const mspMicro = part(programme.mspBp);
  const cpoMicro = part(programme.cpoBp);
  const platformMicro = part(programme.platformBp);
  const uncappedMicro = potMicro - mspMicro - cpoMicro - platformMicro;
  const caps = driverCaps(args);
  const capMicro = caps.absoluteMicro < caps.billMicro ? caps.absoluteMicro : caps.billMicro;
  const driverMicro = uncappedMicro < capMicro ? uncappedMicro : capMicro;
  return {
    potMicro,
    parts: { driverMicro, mspMicro, cpoMicro, platformMicro },
    cappedMicro: uncappedMicro - driverMicro,
    belowMinimum: driverMicro < BigInt(programme.minPayoutMicro),
  };
}

/** driverCaps: the programme's highest amount and half the stay's bill (floored), micro-euro. */
export function driverCaps(args: Omit<PotArgs, 'savingExact'>): {
  absoluteMicro: Micro;
  billMicro: Micro;
} {
  const doubleBill = BigInt(args.energyMilliWh) * BigInt(args.salePriceMicroPerKwh);
  const halfBill = doubleBill / (2n * BigInt(MILLI_WH_PER_KWH));
  return {
    absoluteMicro: BigInt(args.programme.driverCapMicro),
    billMicro: halfBill > 0n ? halfBill : 0n,
  };
}

function assertTerms(programme: ProgrammeTerms): void {
  const { versionId, shareBp, driverBp, mspBp, cpoBp, platformBp } = programme;
  const terms = [shareBp, driverBp, mspBp, cpoBp, platformBp];
  if (terms.some((bp) => !Number.isInteger(bp) || bp < 0)) {
    throw new RangeError(`programme ${versionId}: shares must be whole basis points from 0`);
  }
  if (shareBp > MAX_SHARE_BP) {
    throw new RangeError(`programme ${versionId}: share ${shareBp} bp, at most ${MAX_SHARE_BP}`);
  }
  const sum = driverBp + mspBp + cpoBp + platformBp;
  if (sum !== Number(BASIS_POINTS)) {
    throw new RangeError(`programme ${versionId}: parts sum to ${sum} bp, must be 10000`);
  }
  if (BigInt(programme.driverCapMicro) < 0n) {
    throw new RangeError(`programme ${versionId}: the driver's cap must not be negative`);
  }
}
