import type { StoredProfile } from './charging-profiles.ts';
import { MAX_PROFILES, MAX_STACK_LEVEL, QUIRK_DEFAULTS, type Quirks } from './quirks.ts';

export type ProfileDecision = { status: 'Accepted' | 'Rejected'; reason: string };

export type ProfileSetting = {
  profile: StoredProfile;
  /** Id of the transaction that runs on the profile's EVSE. */
  runningTransactionId: string | null;
  version: '1.6' | '2.0.1';
};

const ACCEPTED: ProfileDecision = { status: 'Accepted', reason: '' };
const refuse = (reason: string): ProfileDecision => ({ status: 'Rejected', reason });

function checkSchedule(profile: StoredProfile, quirks: Quirks): string | null {
  const { periods, unit } = profile.schedule;
  if (quirks.rateUnit !== undefined && unit !== quirks.rateUnit) return 'unit not supported';
  if (periods.length > (quirks.maxPeriods ?? QUIRK_DEFAULTS.maxPeriods)) return 'too many periods';
  if (periods[0]?.startS !== 0) return 'first period must start at 0';
  for (const [i, period] of periods.entries()) {
    if (period.limit < 0) return 'negative limit';
    if (i > 0 && period.startS <= (periods[i - 1]?.startS ?? 0)) return 'periods out of order';
  }
  return null;
}

function checkPurpose(setting: ProfileSetting): string | null {
  const { profile, runningTransactionId, version } = setting;
  if (profile.purpose === 'StationMax') {
    if (profile.evseId !== 0) return 'station maximum belongs to EVSE 0';
    if (version === '2.0.1' && profile.kind === 'Relative') return 'station maximum is relative';
  }
  if (profile.purpose === 'Tx') {
    if (profile.evseId === 0) return 'transaction profile needs an EVSE';
    if (runningTransactionId === null) return 'no transaction';
    const named = profile.transactionId;
    if (named !== null && named !== runningTransactionId) return 'other transaction';
    if (version === '2.0.1' && named === null) return 'transactionId missing';
  }
  const needsStart = profile.kind !== 'Relative' && version === '2.0.1';
  return needsStart && profile.schedule.startMs === null ? 'startSchedule missing' : null;
}

function sameSlot(a: StoredProfile, b: StoredProfile): boolean {
  return a.purpose === b.purpose && a.stackLevel === b.stackLevel && a.evseId === b.evseId;
}

/**
 * setProfile decides about a profile as a station with these quirks does, and returns the new list.
 * OCPP 1.6 replaces the same purpose and stack level, 2.0.1 refuses another id (K01.FR.06).
 */
export function setProfile(
  profiles: readonly StoredProfile[],
  setting: ProfileSetting,
  quirks: Quirks,
): { decision: ProfileDecision; profiles: StoredProfile[] } {
  const { profile, version } = setting;
  const keep = (decision: ProfileDecision) => ({ decision, profiles: [...profiles] });
  const maxStack = quirks.stackLevel0Only === true ? 0 : MAX_STACK_LEVEL;
  if (profile.stackLevel > maxStack) return keep(refuse('stack level not supported'));
  if (quirks.refusesTxProfile === true && profile.purpose === 'Tx') {
    return keep(refuse('TxProfile not supported'));
  }
  const problem = checkSchedule(profile, quirks) ?? checkPurpose(setting);
  if (problem !== null) return keep(refuse(problem));
  if (quirks.ignoresProfiles === true) return keep(ACCEPTED);
  const others = profiles.filter((p) => p.id !== profile.id);
  const clash = others.find((p) => sameSlot(p, profile));
  if (clash !== undefined && version === '2.0.1') return keep(refuse('same stack level in use'));
  const next = [...others.filter((p) => p !== clash), profile];
  if (next.length > MAX_PROFILES) return keep(refuse('too many profiles'));
  return { decision: ACCEPTED, profiles: next };
}

export type ProfileFilter = {
  id?: number | undefined;
  evseId?: number | undefined;
  purpose?: StoredProfile['purpose'] | undefined;
  stackLevel?: number | undefined;
};

/** clearProfiles drops what matches every given field; an id goes before the other fields. */
export function clearProfiles(
  profiles: readonly StoredProfile[],
  filter: ProfileFilter,
): { cleared: number; profiles: StoredProfile[] } {
  const matches = (p: StoredProfile): boolean => {
    if (filter.id !== undefined) return p.id === filter.id;
    return (
      (filter.evseId === undefined || p.evseId === filter.evseId) &&
      (filter.purpose === undefined || p.purpose === filter.purpose) &&
      (filter.stackLevel === undefined || p.stackLevel === filter.stackLevel)
    );
  };
  const rest = profiles.filter((p) => !matches(p));
  return { cleared: profiles.length - rest.length, profiles: rest };
}
