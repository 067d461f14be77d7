import {
  type Car,
  type CarState,
  carPowerW,
  drawn,
  followOffer,
  msToCarStep,
  socPercent,
} from './car.ts';
import {
  type LimitContext,
  type StoredProfile,
  nextBoundaryMs,
  offeredMilliA,
} from './charging-profiles.ts';
import { type WattMs, milliWhFromWattMs, nextOnGrid } from './meter.ts';

/** OCPP 1.6 names; 2.0.1 derives its connector and charging states from them. */
export type EvseStatus =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEVSE'
  | 'SuspendedEV'
  | 'Finishing'
  | 'Unavailable';

export type Transaction = {
  /** The station's own id; the transactionId of OCPP 2.0.1. */
  ref: string;
  /** Integer id from the back office (OCPP 1.6), once its answer has come. */
  remoteId: number | null;
  idToken: string;
  startedAtMs: number;
  /** Power may flow: the card was accepted. */
  energised: boolean;
  seqNo: number;
  remoteStartId: number | null;
};

export type Plug = {
  car: Car;
  carState: CarState;
  pluggedAtMs: number;
  departAtMs: number | null;
  idToken: string;
  authorisation: 'pending' | 'accepted' | 'refused';
};

/** Everything an EVSE knows; plain data, so that a fleet can write it to a file. */
export type EvseState = {
  id: number;
  phases: 1 | 3;
  hardwareMilliA: number;
  asOfMs: number;
  /** No earlier instant may be changed any more. */
  fixedUntilMs: number;
  register: WattMs;
  powerW: number;
  offeredMilliA: number;
  plug: Plug | null;
  transaction: Transaction | null;
  /** A transaction ended and the car is still plugged in. */
  finished: boolean;
  operative: boolean;
  /** ChangeAvailability that waits for the transaction's end. */
  inoperativeAfter: boolean;
  remoteStart: { idToken: string; remoteStartId: number | null } | null;
  status: EvseStatus;
};

export type SamplingState = { sampleS: number; alignedS: number };

/** What the meter shows at an instant. */
export type Reading = {
  atMs: number;
  registerMilliWh: number;
  powerW: number;
  offeredMilliA: number;
  phases: 1 | 3;
  socPercent: number | null;
};

export function newEvse(args: {
  id: number;
  phases: 1 | 3;
  hardwareMilliA: number;
  atMs: number;
  registerMilliWh: number;
}): EvseState {
  return {
    id: args.id,
    phases: args.phases,
    hardwareMilliA: args.hardwareMilliA,
    asOfMs: args.atMs,
    fixedUntilMs: 0,
    register: args.registerMilliWh * 3_600,
    powerW: 0,
    offeredMilliA: 0,
    plug: null,
    transaction: null,
    finished: false,
    operative: true,
    inoperativeAfter: false,
    remoteStart: null,
    status: 'Available',
  };
}

export function readingOf(evse: EvseState): Reading {
  return {
    atMs: evse.asOfMs,
    registerMilliWh: milliWhFromWattMs(evse.register),
    powerW: evse.powerW,
    offeredMilliA: evse.offeredMilliA,
    phases: evse.plug?.car.phases === 1 ? 1 : evse.phases,
    socPercent: evse.plug === null ? null : socPercent(evse.plug.car, evse.plug.carState),
  };
}

export function isEnergised(evse: EvseState): boolean {
  return evse.plug !== null && evse.transaction?.energised === true;
}

export function limitContext(evse: EvseState, sharers: number): LimitContext {
  const { transaction } = evse;
  return {
    evseId: evse.id,
    phases: evse.phases,
    hardwareMilliA: evse.hardwareMilliA,
    sharers,
    transaction:
      transaction === null ? null : { id: transaction.ref, startedAtMs: transaction.startedAtMs },
  };
}

/** integrate moves the register to `toMs` at the present power; no event may lie between. */
export function integrate(evse: EvseState, toMs: number): void {
  if (toMs <= evse.asOfMs) return;
  if (evse.plug !== null && evse.powerW > 0) {
    const { car, carState } = evse.plug;
    const energy = drawn(car, carState, { powerW: evse.powerW, ms: toMs - evse.asOfMs });
    evse.register += energy;
    evse.plug.carState = { ...carState, delivered: carState.delivered + energy };
  }
  evse.asOfMs = toMs;
}

/** Instant of the EVSE's next own event (departure, limit, car step, sample); Infinity if none. */
export function nextEventMs(
  evse: EvseState,
  profiles: readonly StoredProfile[],
  options: SamplingState & { sharers: number },
): number {
  const { plug, transaction, asOfMs } = evse;
  if (plug === null) return Number.POSITIVE_INFINITY;
  // While the card's answer is under way the stay is not over: power counts from the plug-in.
  const leaves = plug.authorisation === 'pending' ? null : plug.departAtMs;
  const departMs = Math.max(asOfMs, leaves ?? Number.POSITIVE_INFINITY);
  if (transaction === null || !transaction.energised) return departMs;
  return Math.min(
    departMs,
    asOfMs + msToCarStep(plug.car, plug.carState, evse.powerW),
    nextBoundaryMs(profiles, limitContext(evse, options.sharers), asOfMs),
    nextOnGrid(asOfMs, options.sampleS * 1000, transaction.startedAtMs),
    nextOnGrid(asOfMs, options.alignedS * 1000, 0),
  );
}

function statusOf(evse: EvseState): EvseStatus {
  if (!evse.operative) return 'Unavailable';
  if (evse.plug === null) return evse.remoteStart === null ? 'Available' : 'Preparing';
  if (!isEnergised(evse)) return evse.finished ? 'Finishing' : 'Preparing';
  if (evse.offeredMilliA === 0) return 'SuspendedEVSE';
  return evse.powerW === 0 ? 'SuspendedEV' : 'Charging';
}

/** refresh recomputes offer, power and status at `asOfMs`; true where the status changed. */
export function refresh(
  evse: EvseState,
  profiles: readonly StoredProfile[],
  sharers: number,
): boolean {
  evse.offeredMilliA = 0;
  evse.powerW = 0;
  if (evse.plug !== null && isEnergised(evse)) {
    const milliA = offeredMilliA(profiles, limitContext(evse, sharers), evse.asOfMs);
    evse.offeredMilliA = milliA;
    evse.plug.carState = followOffer(evse.plug.car, evse.plug.carState, {
      milliA,
      atMs: evse.asOfMs,
    });
    evse.powerW = carPowerW(evse.plug.car, evse.plug.carState, milliA);
  }
  const status = statusOf(evse);
  const changed = status !== evse.status;
  evse.status = status;
  return changed;
}
