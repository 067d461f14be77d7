import { RpcFault } from './faults.ts';

const EVSE_MAX = 1_000;
/** Thousandths of this many Wh are still a safe integer. */
const METER_WH_MAX = 9_000_000_000_000;

/** evseNumber checks a connector or EVSE number; 0 is the whole station where `least` is 0. */
export function evseNumber(value: number, least: 0 | 1): number {
  if (value >= least && value <= EVSE_MAX) return value;
  throw new RpcFault('property', `There is no connector ${value}.`);
}

/** connectorNumber checks a connector's number within its EVSE; some stations count from 0. */
export function connectorNumber(value: number): number {
  if (value >= 0 && value <= EVSE_MAX) return Math.max(1, value);
  throw new RpcFault('property', `There is no connector ${value}.`);
}

/** meterMilliWh gives a register in whole Wh in milli-Wh; null where there is none a meter can show. */
export function meterMilliWh(wh: number | undefined): bigint | null {
  return wh !== undefined && Math.abs(wh) <= METER_WH_MAX ? BigInt(wh) * 1000n : null;
}
