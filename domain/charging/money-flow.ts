import { EXACT_PER_MICRO, halfEven } from '../money/money.ts';
import type { ExactEur, Micro } from '../money/money.ts';
import type { Parts } from '../settlement/facts.ts';
import { MILLI_WH_PER_KWH } from '../units/energy.ts';
import type { MilliWh } from '../units/energy.ts';

/** Where the sale price of a stay goes, in micro-euro; the five parts are the bill, exactly. */
export type MoneyFlow = {
  /** What the stay costs at the sale price; fees that Valley does not know come on top. */
  billMicro: Micro;
  /** What the energy cost on the power market, as settled. */
  marketMicro: Micro;
  driverMicro: Micro;
  mspMicro: Micro;
  platformMicro: Micro;
  /** The rest, of which grid, taxes, hardware and the operator's own part are paid; below 0 it pays on top. */
  operatorMicro: Micro;
};

/**
 * moneyFlow splits the bill of a settled stay among those who get a part of it. Bill and market cost
 * are rounded half-even to the micro-euro, the operator takes the rest.
 */
export function moneyFlow(args: {
  energyMilliWh: MilliWh;
  salePriceMicroPerKwh: string;
  actualExact: ExactEur;
  parts: Parts;
}): MoneyFlow {
  const { driverMicro, mspMicro, platformMicro } = args.parts;
  const product = BigInt(args.energyMilliWh) * BigInt(args.salePriceMicroPerKwh);
  const billMicro = halfEven(product, BigInt(MILLI_WH_PER_KWH));
  const marketMicro = halfEven(args.actualExact, EXACT_PER_MICRO);
  const operatorMicro = billMicro - marketMicro - driverMicro - mspMicro - platformMicro;
  return { billMicro, marketMicro, driverMicro, mspMicro, platformMicro, operatorMicro };
}
