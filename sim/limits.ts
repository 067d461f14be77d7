import { powerFromCurrent } from './car.ts';
import { type StoredProfile, compositeSchedule } from './charging-profiles.ts';
import { type EvseState, isEnergised, limitContext } from './evse.ts';
import type { Reply } from './link.ts';
import { type ProfileFilter, clearProfiles, setProfile } from './profile-store.ts';
import type { ProtocolHost } from './protocol.ts';
import { QUIRK_DEFAULTS } from './quirks.ts';
import type { OcppVersion } from './schemas.ts';

export const ok = (payload: object, then?: () => void): Reply =>
  then === undefined ? { type: 'result', payload } : { type: 'result', payload, then };

/** applyProfile decides about a profile and puts it into force at once, in either version. */
export function applyProfile(
  host: ProtocolHost,
  profile: StoredProfile,
  version: OcppVersion,
): Reply {
  if (host.quirks.silent === true) return { type: 'silence' };
  const { model } = host;
  const evse = model.evse(profile.evseId);
  if (profile.evseId !== 0 && evse === undefined) return ok({ status: 'Rejected' });
  const setting = { profile, version, runningTransactionId: evse?.transaction?.ref ?? null };
  const { decision, profiles } = setProfile(model.state.profiles, setting, host.quirks);
  if (decision.status === 'Accepted') model.setProfiles(profiles);
  if (decision.reason === '' || version === '1.6') return ok({ status: decision.status });
  const statusInfo = { reasonCode: 'InvalidProfile', additionalInfo: decision.reason };
  return ok({ status: decision.status, statusInfo });
}

export function dropProfiles(host: ProtocolHost, filter: ProfileFilter): Reply {
  const { cleared, profiles } = clearProfiles(host.model.state.profiles, filter);
  if (cleared > 0) host.model.setProfiles(profiles);
  return ok({ status: cleared > 0 ? 'Accepted' : 'Unknown' });
}

export type Composite = {
  startMs: number;
  unit: 'A' | 'W';
  periods: { startPeriod: number; limit: number; numberPhases: number }[];
};

function stationContext(host: ProtocolHost) {
  const { evses } = host.model.state;
  return {
    evseId: 0,
    phases: host.quirks.phases ?? QUIRK_DEFAULTS.phases,
    hardwareMilliA: evses.reduce((sum, evse) => sum + evse.hardwareMilliA, 0),
    sharers: 1,
    transaction: null,
  };
}

/** composite computes the schedule in force from now; null for an EVSE that is not there. */
export function composite(
  host: ProtocolHost,
  ask: { evseId: number; durationS: number; unit: 'A' | 'W' | undefined },
): Composite | null {
  const evse = host.model.evse(ask.evseId);
  if (evse === undefined && ask.evseId !== 0) return null;
  const sharers = Math.max(1, host.model.state.evses.filter(isEnergised).length);
  const context = evse === undefined ? stationContext(host) : limitContext(evse, sharers);
  const unit = host.quirks.rateUnit ?? ask.unit ?? 'A';
  // Schedules travel in whole seconds.
  const fromMs = Math.floor(host.now() / 1000) * 1000;
  const { profiles } = host.model.state;
  const periods = compositeSchedule(profiles, context, { fromMs, durationS: ask.durationS });
  const limitOf = (milliA: number) =>
    unit === 'A' ? Math.round(milliA / 100) / 10 : powerFromCurrent(milliA, context.phases);
  return {
    startMs: fromMs,
    unit,
    periods: periods.map(({ startS, milliA }) => ({
      startPeriod: startS,
      limit: limitOf(milliA),
      numberPhases: context.phases,
    })),
  };
}

/** setAvailability applies now, or after the running transaction; 0 means every EVSE. */
export function setAvailability(host: ProtocolHost, evseId: number, operative: boolean): Reply {
  const chosen = host.model.state.evses.filter((evse) => evseId === 0 || evse.id === evseId);
  if (chosen.length === 0) return ok({ status: 'Rejected' });
  const busy = (evse: EvseState) => !operative && evse.transaction !== null;
  for (const evse of chosen) {
    evse.inoperativeAfter = busy(evse);
    if (!busy(evse)) evse.operative = operative;
  }
  const status = chosen.some(busy) ? 'Scheduled' : 'Accepted';
  return ok({ status }, () => host.model.refresh());
}

/** remoteStart takes a plugged-in car's transaction, or waits for the next plug-in. */
export function remoteStart(
  host: ProtocolHost,
  ask: { evseId: number | undefined; idToken: string; remoteStartId: number | null },
): EvseState | null {
  const free = (evse: EvseState) => evse.transaction === null && evse.operative;
  const candidates = host.model.state.evses.filter(
    (evse) => free(evse) && (ask.evseId === undefined || evse.id === ask.evseId),
  );
  const evse = candidates.find((candidate) => candidate.plug !== null) ?? candidates[0];
  if (evse === undefined) return null;
  evse.remoteStart = { idToken: ask.idToken, remoteStartId: ask.remoteStartId };
  return evse;
}

/** beginRemoteStart runs after the answer: 1.6 and 2.0.1 both want the answer before the start. */
export function beginRemoteStart(host: ProtocolHost, evse: EvseState): void {
  const { remoteStart: asked } = evse;
  if (asked === null) return;
  if (evse.plug === null) return host.model.refresh();
  host.start(evse.id, asked);
}
