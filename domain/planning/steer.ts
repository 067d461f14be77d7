import type { Plan } from './plan.ts';
import { limitAt } from './periods.ts';
import { nextRung, type Rung } from './profile.ts';
import type { InstantS } from '../time/instant.ts';

/** The last charging profile asked of the station for this session. */
export type LastProfile = {
  state: 'REQUESTED' | 'ACCEPTED' | 'REJECTED' | 'TIMED_OUT' | 'SUPERSEDED';
  rung: Rung;
  planVersion: number;
  acceptedAt: InstantS | null;
  /** The station has connected anew since: it may have lost the profile. */
  isFromEarlierConnection: boolean;
};

export type SteeringDecision = { rung: Rung; send: boolean };

/** Power that means that the car draws (settlement rule 7). */
export const DRAWING_W = 300;
/** A station and its car have this long to go to 0. */
const OBEY_S = 120;

/**
 * decideSteering climbs down the ladder on a refusal, silence or disobedience, and says whether a
 * profile has to be sent now: for a new plan, a new rung, or a station that may have lost it.
 */
export function decideSteering(args: {
  rung: Rung; last: LastProfile | null; planVersion: number; isObeyed: boolean; isAloneAtStation: boolean;
}): SteeringDecision {
  const { last } = args;
  const failed = last !== null && last.rung === args.rung
    && (last.state === 'REJECTED' || last.state === 'TIMED_OUT' || (last.state === 'ACCEPTED' && !args.isObeyed));
  let rung = failed ? nextRung(args.rung) : args.rung;
  // A limit on the whole station would hold its other cars too.
  if (rung === 'STATION_MAX_PROFILE' && !args.isAloneAtStation) rung = 'OBSERVE';
  if (rung === 'OBSERVE') return { rung, send: false };
  const isLost = last !== null && last.state === 'ACCEPTED' && last.isFromEarlierConnection;
  const isTold = last !== null && last.rung === rung && last.planVersion === args.planVersion && !failed && !isLost;
  return { rung, send: !isTold };
}

/** A meter, a mains voltage above 230 V and a car that steps by whole amperes make this much of a limit. */
const OVER_SHARE = 1.15;
const OVER_W = 300;

/**
 * isObeyed holds the meter against an accepted plan: two readings that show the car drawing well
 * inside a hold, or well above a limit, mean that the station accepted and does not apply.
 * "Accepted" is not "applied".
 * @param readings of the session, any order, `powerW` as metered.
 */
export function isObeyed(
  plan: Plan, acceptedAt: InstantS, readings: readonly { at: InstantS; powerW: number }[],
): boolean {
  const allowedAt = (at: InstantS) => {
    const limitW = at < acceptedAt ? null : limitAt(plan.periods, at);
    return limitW === null ? Number.POSITIVE_INFINITY : limitW === 0 ? DRAWING_W : limitW * OVER_SHARE + OVER_W;
  };
  const disobeyed = readings.filter((reading) => reading.powerW >= Math.max(allowedAt(reading.at), allowedAt(reading.at - OBEY_S)));
  return disobeyed.length < 2;
}
