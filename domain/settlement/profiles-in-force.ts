import { commandPayloads } from '../charging/commands.ts';
import { limitsOfProfile } from '../planning/profile.ts';
import { secondsFromIso, type InstantS } from '../time/instant.ts';
import type { LimitInForce } from './facts.ts';
import { limitsInForce, type LimitCommand } from './limits-in-force.ts';

/** A command row about profiles that the station accepted; `inForceAt` is when it was sent. */
export type AcceptedCommand = { action: string; payload: unknown; inForceAt: string };

type AskedLimit = LimitCommand & { diesWithTransaction: boolean };

/**
 * profilesInForce are the limits of a stay by the profiles its station accepted. A TxProfile dies with
 * its transaction, though nobody clears it; profiles of other purposes stay until they are replaced or
 * cleared. Payloads that are no profile are left out.
 * @param args.accepted in the order in which they came into force.
 * @param args.stopsAt when the stay's transactions stopped, as far as they have.
 */
export function profilesInForce(args: {
  accepted: readonly AcceptedCommand[];
  stopsAt: readonly InstantS[];
  phases: 1 | 3;
}): LimitInForce[] {
  const asked = args.accepted.flatMap((command) => askedLimit(command, args.phases));
  const stops = args.stopsAt.flatMap((inForceAt): LimitCommand[] => {
    const last = asked.findLast((one) => one.inForceAt <= inForceAt);
    return last?.diesWithTransaction === true ? [{ kind: 'clear', inForceAt }] : [];
  });
  return limitsInForce([...asked, ...stops]);
}

function askedLimit(command: AcceptedCommand, phases: 1 | 3): AskedLimit[] {
  const inForceAt = secondsFromIso(command.inForceAt);
  if (command.action === 'ClearChargingProfile') {
    return [{ kind: 'clear', inForceAt, diesWithTransaction: false }];
  }
  const parsed = commandPayloads.SetChargingProfile.safeParse(command.payload);
  if (!parsed.success) return [];
  const { profile } = parsed.data;
  const scheduleStartAt = secondsFromIso(profile.startAt);
  const periods = limitsOfProfile(profile, phases).map(({ fromAt, limitW }) => ({
    startOffsetS: fromAt - scheduleStartAt,
    limitW,
  }));
  const validToAt = profile.validTo === null ? null : secondsFromIso(profile.validTo);
  const diesWithTransaction = profile.purpose === 'TxProfile';
  const { durationS } = profile;
  return [
    { kind: 'set', inForceAt, diesWithTransaction, scheduleStartAt, durationS, validToAt, periods },
  ];
}
