/**
 * Energy inside the simulator is counted in watt-milliseconds: integer watts over integer
 * milliseconds never round, so a register is the same however its time is cut into pieces.
 */
export type WattMs = number;

/** 1 mWh = 3.6 W·s = 3,600 W·ms. */
export const WATT_MS_PER_MILLI_WH = 3_600;

/** Whole milli-Wh that a register of watt-milliseconds shows, floored. */
export function milliWhFromWattMs(energy: WattMs): number {
  return Math.floor(energy / WATT_MS_PER_MILLI_WH);
}

export function wattMsFromMilliWh(energyMilliWh: number): WattMs {
  return energyMilliWh * WATT_MS_PER_MILLI_WH;
}

/** First whole millisecond at which `powerW` has delivered `energy`; Infinity without power. */
export function msToDeliver(energy: WattMs, powerW: number): number {
  if (powerW <= 0) return Number.POSITIVE_INFINITY;
  return Math.ceil(energy / powerW);
}

/** First instant after `afterMs` of the grid `originMs + k × stepMs`; Infinity if stepMs is 0. */
export function nextOnGrid(afterMs: number, stepMs: number, originMs: number): number {
  if (stepMs <= 0) return Number.POSITIVE_INFINITY;
  return originMs + (Math.floor((afterMs - originMs) / stepMs) + 1) * stepMs;
}
