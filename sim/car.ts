import { type WattMs, msToDeliver, wattMsFromMilliWh } from './meter.ts';

/** A car as the socket sees it. Power whole W, energy whole milli-Wh, current mA per phase. */
export type Car = {
  phases: 1 | 3;
  /** Most that its on-board charger draws, over all its phases. */
  maxPowerW: number;
  energyNeedMilliWh: number;
  /** 6,000 mA by default (IEC 61851); some cars ask for more. */
  minCurrentMilliA?: number;
  batteryMilliWh?: number;
  /** State of charge at plug-in, sent to the back office where the battery is known too. */
  startSocPercent?: number;
  /** Falling power near full: once `afterMilliWh` are delivered it draws at most `maxPowerW`. */
  taper?: readonly { afterMilliWh: number; maxPowerW: number }[];
  /** Does not charge again after a pause longer than this. */
  wakeFailsAfterS?: number;
  /** Any pause ends its charging. */
  cannotPause?: boolean;
};

export type CarState = { delivered: WattMs; pausedAtMs: number | null; asleep: boolean };

export const VOLTAGE_V = 230;
/** Below 6 A the pilot signal can only say "stop" (IEC 61851-1). */
export const LOWEST_CURRENT_MILLI_A = 6_000;

export function freshCarState(): CarState {
  return { delivered: 0, pausedAtMs: null, asleep: false };
}

/** Whole W of `phases` phases at `milliA` each and 230 V. */
export function powerFromCurrent(milliA: number, phases: number): number {
  return Math.round((milliA * VOLTAGE_V * phases) / 1000);
}

/** Whole mA per phase that carry `powerW` over `phases` phases at 230 V. */
export function currentFromPower(powerW: number, phases: number): number {
  return Math.round((powerW * 1000) / (VOLTAGE_V * phases));
}

/** Whole W the car draws when `offeredMilliA` per phase are on offer. */
export function carPowerW(car: Car, state: CarState, offeredMilliA: number): number {
  const least = Math.max(car.minCurrentMilliA ?? 0, LOWEST_CURRENT_MILLI_A);
  if (state.asleep || offeredMilliA < least) return 0;
  if (state.delivered >= wattMsFromMilliWh(car.energyNeedMilliWh)) return 0;
  let powerW = Math.min(car.maxPowerW, powerFromCurrent(offeredMilliA, car.phases));
  for (const step of car.taper ?? []) {
    if (state.delivered >= wattMsFromMilliWh(step.afterMilliWh)) {
      powerW = Math.min(powerW, step.maxPowerW);
    }
  }
  return powerW;
}

/** Milliseconds until the car itself (full, taper step) changes its power; Infinity if never. */
export function msToCarStep(car: Car, state: CarState, powerW: number): number {
  const need = wattMsFromMilliWh(car.energyNeedMilliWh);
  let next = need;
  for (const step of car.taper ?? []) {
    const at = wattMsFromMilliWh(step.afterMilliWh);
    if (at > state.delivered && at < next) next = at;
  }
  if (next <= state.delivered) return Number.POSITIVE_INFINITY;
  return msToDeliver(next - state.delivered, powerW);
}

/** Energy drawn in `ms` at `powerW`; never past the car's need. */
export function drawn(car: Car, state: CarState, power: { powerW: number; ms: number }): WattMs {
  const room = Math.max(0, wattMsFromMilliWh(car.energyNeedMilliWh) - state.delivered);
  return Math.min(power.powerW * power.ms, room);
}

/** Follows the offer at `atMs`: a pause begins or ends, and some cars do not wake from it. */
export function followOffer(
  car: Car,
  state: CarState,
  offer: { milliA: number; atMs: number },
): CarState {
  const offered = offer.milliA >= LOWEST_CURRENT_MILLI_A;
  if (!offered) return state.pausedAtMs === null ? { ...state, pausedAtMs: offer.atMs } : state;
  if (state.pausedAtMs === null) return state;
  const pausedS = (offer.atMs - state.pausedAtMs) / 1000;
  const tooLong = car.wakeFailsAfterS !== undefined && pausedS > car.wakeFailsAfterS;
  // A car that has not drawn yet was waiting, not paused.
  const interrupted = state.delivered > 0;
  const asleep = state.asleep || (interrupted && (tooLong || car.cannotPause === true));
  return { ...state, pausedAtMs: null, asleep };
}

/** State of charge in percent with one decimal, or null where battery or start are unknown. */
export function socPercent(car: Car, state: CarState): number | null {
  if (car.batteryMilliWh === undefined || car.startSocPercent === undefined) return null;
  const added = (state.delivered / wattMsFromMilliWh(car.batteryMilliWh)) * 100;
  return Math.min(100, Math.round((car.startSocPercent + added) * 10) / 10);
}

/** linearTaper cuts power in ten steps from `fromPercent` to a full battery, down to a tenth. */
export function linearTaper(
  car: { batteryMilliWh: number; startSocPercent: number; maxPowerW: number },
  fromPercent = 80,
): { afterMilliWh: number; maxPowerW: number }[] {
  const steps = [];
  for (let i = 0; i < 10; i += 1) {
    const percent = fromPercent + ((100 - fromPercent) * i) / 10 - car.startSocPercent;
    steps.push({
      afterMilliWh: Math.max(0, Math.round((car.batteryMilliWh * percent) / 100)),
      maxPowerW: Math.max(1, Math.round((car.maxPowerW * (10 - i * 0.9)) / 10)),
    });
  }
  return steps;
}
