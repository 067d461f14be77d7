import type { InstantS } from '../time/instant.ts';
import { limitAt } from './periods.ts';
import type { FreeCar, Plan } from './plan.ts';
import { LIKELY_W } from './plan-session.ts';
import { releasedAt, WAKE_S } from './replan.ts';
import { DRAWING_W } from './steer.ts';

export type MeteredPower = { at: InstantS; powerW: number };

/** What the latest readings say about the car. */
export type CarState = {
  hasDrawn: boolean; isFull: boolean; didNotWake: boolean; carPowerW: number | null; drawingW: number;
  /** It was drawing when it last could: a pause since then says nothing about what it wants. */
  wantsMore: boolean;
  free: FreeCar | null;
};

/** The car's power is the highest of the last few: a reading may catch it ramping. */
const POWER_READINGS = 5;
/** From this part of a limit on, a car is held by the limit. */
const AT_LIMIT_SHARE = 0.9;
/** A reading so soon after a limit rose may still show what the car drew below the one before. */
const RAMP_S = 60;

/**
 * carState reads the car off the meter.
 * @param args.readings the latest of the stay, in order of time.
 * @param args.hadDrawn whether an earlier look found it drawing.
 */
export function carState(args: {
  readings: readonly MeteredPower[]; plan: Plan | null; acceptedAt: InstantS | null; plugInAt: InstantS;
  now: InstantS; hadDrawn: boolean; ratedPowerW: number;
  /** The station accepted an earlier profile, which holds while the newest one is on its way. */
  wasTold?: boolean;
}): CarState {
  const { readings, plan } = args;
  const drawing = readings.filter((reading) => reading.powerW >= DRAWING_W);
  const hasDrawn = args.hadDrawn || drawing.length > 0;
  const last = readings.at(-1);
  const free = freeCar(args);
  const whileFree = free === null ? [] : readings.filter((reading) => reading.at >= free.sinceAt);
  const isIdle = last !== undefined && free !== null && last.at >= free.sinceAt + WAKE_S
    && whileFree.length > 0 && whileFree.every((reading) => reading.powerW < DRAWING_W);
  const wasHeld = free?.afterHold === true;
  // Held again for its neighbours' sake, a full car shows nothing: it is full until it draws.
  const wasFull = plan?.carIs === 'FULL' && !drawing.some((reading) => reading.at > plan.madeAt);
  const didNotWake = plan?.carIs === 'NOT_WAKING' || plan?.reason === 'CAR_DID_NOT_WAKE';
  return {
    hasDrawn,
    isFull: hasDrawn && (wasFull || (isIdle && !wasHeld)),
    didNotWake: didNotWake || (hasDrawn && isIdle && wasHeld && !wasFull),
    carPowerW: carPower(drawing, args),
    drawingW: last === undefined || last.powerW < DRAWING_W ? 0 : last.powerW,
    wantsMore: wantsMore(args),
    free,
  };
}

/**
 * The highest power of the last few readings. One at a limit that neighbours share says only that the car
 * takes at least so much: then what it was seen to take before stands, else what is likely.
 */
function carPower(
  drawing: readonly MeteredPower[],
  args: { plan: Plan | null; acceptedAt: InstantS | null; ratedPowerW: number; wasTold?: boolean },
): number | null {
  const { plan } = args;
  if (plan?.isShared !== true) return drawing.length === 0 ? null : highest(drawing.slice(-POWER_READINGS));
  // Readings from before the station took a shared plan were limited by the one before it, which is gone.
  const acceptedAt = args.acceptedAt ?? (args.wasTold === true ? Infinity : plan.madeAt);
  const sinceAt = Math.max(plan.madeAt, acceptedAt);
  const powers = drawing.filter((reading) => reading.at >= sinceAt).slice(-POWER_READINGS);
  const known = plan.seenW ?? null;
  if (powers.length === 0) return known;
  const most = highest(powers);
  const parts = powers.map((reading) => reading.powerW / allowedW(plan, { at: reading.at, sinceAt }));
  if (parts.every((part) => part >= AT_LIMIT_SHARE)) return Math.max(most, known ?? LIKELY_W[plan.phases]);
  if (plan.phases === 1 || !parts.every((part) => part >= AT_LIMIT_SHARE || isThird(part))) return most;
  // One phase carries a third of what the EVSE is rated for, whatever the car could take elsewhere.
  return Math.max(most, Math.min(known ?? LIKELY_W[1], LIKELY_W[1], Math.floor(args.ratedPowerW / 3)));
}

/** A car on one of three phases is held by their limit at a third of it: it has the amperes, on one phase. */
function isThird(part: number): boolean {
  return part * 3 >= AT_LIMIT_SHARE && part * 3 <= 2 - AT_LIMIT_SHARE;
}

function highest(readings: readonly MeteredPower[]): number {
  return Math.max(...readings.map((reading) => reading.powerW));
}

/** What the car may have been allowed when it was read: the lower limit of the minute before. */
function allowedW(plan: Plan, { at, sinceAt }: { at: InstantS; sinceAt: InstantS }): number {
  if (at < sinceAt + RAMP_S) return 0;
  return Math.min(limitAt(plan.periods, at) ?? 0, limitAt(plan.periods, at - RAMP_S) ?? Infinity);
}

function wantsMore({ readings, plan }: { readings: readonly MeteredPower[]; plan: Plan | null }): boolean {
  // A reading in the first minute of a pause may still show what was drawn before it.
  const free = readings.filter((reading) => plan === null || limitAt(plan.periods, reading.at) !== 0 || reading.powerW >= DRAWING_W);
  const last = free.at(-1);
  return last === undefined || last.powerW >= DRAWING_W;
}

/**
 * Since when the car has been free without a break, as far as plans know; null while it is held, and where
 * a profile on its way leaves open whether it is. A plan that goes on leaving it free remembers since when.
 */
function freeCar(args: {
  plan: Plan | null; acceptedAt: InstantS | null; plugInAt: InstantS; now: InstantS; wasTold?: boolean;
}): FreeCar | null {
  const { plan, now, acceptedAt } = args;
  if (plan === null) return { sinceAt: args.plugInAt, afterHold: false };
  if (limitAt(plan.periods, now) === 0) return null;
  const at = releasedAt(plan, now);
  if (at === null && plan.free !== undefined) return plan.free;
  if (acceptedAt === null) return args.wasTold === true ? null : { sinceAt: args.plugInAt, afterHold: at !== null };
  return { sinceAt: Math.max(at ?? plan.madeAt, acceptedAt), afterHold: at !== null };
}
