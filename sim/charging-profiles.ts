import { DAY_S } from '#domain/time/instant.ts';
import { currentFromPower } from './car.ts';

export type ProfilePurpose = 'StationMax' | 'TxDefault' | 'Tx';
export type SchedulePeriod = { startS: number; limit: number; phases: 1 | 2 | 3 };
export type ChargingSchedule = {
  /** null: begins with the transaction. */
  startMs: number | null;
  durationS: number | null;
  unit: 'A' | 'W';
  periods: SchedulePeriod[];
};
/** A profile of either OCPP version; instants in milliseconds, limits in the schedule's unit. */
export type StoredProfile = {
  id: number;
  evseId: number;
  stackLevel: number;
  purpose: ProfilePurpose;
  kind: 'Absolute' | 'Relative' | 'Recurring';
  recurrency: 'Daily' | 'Weekly' | null;
  validFromMs: number | null;
  validToMs: number | null;
  transactionId: string | null;
  schedule: ChargingSchedule;
};

/** What limits apply to: one EVSE and the transaction that runs on it. */
export type LimitContext = {
  evseId: number;
  phases: 1 | 3;
  hardwareMilliA: number;
  transaction: { id: string; startedAtMs: number } | null;
  /** EVSEs that share the station's maximum now. */
  sharers: number;
};

type Window = { startMs: number; endMs: number };

function recurrenceMs(profile: StoredProfile): number {
  return (profile.recurrency === 'Weekly' ? 7 : 1) * DAY_S * 1000;
}

/** The schedule's occurrence that began last at or before `atMs` (or its only one). */
function occurrence(profile: StoredProfile, context: LimitContext, atMs: number): Window | null {
  const { schedule } = profile;
  const anchor =
    profile.kind === 'Relative' || schedule.startMs === null
      ? (context.transaction?.startedAtMs ?? null)
      : schedule.startMs;
  if (anchor === null) return null;
  let startMs = anchor;
  let lastsMs = schedule.durationS === null ? Number.POSITIVE_INFINITY : schedule.durationS * 1000;
  if (profile.kind === 'Recurring') {
    const every = recurrenceMs(profile);
    if (atMs > anchor) startMs = anchor + Math.floor((atMs - anchor) / every) * every;
    lastsMs = Math.min(lastsMs, every);
  }
  return { startMs, endMs: startMs + lastsMs };
}

function limitAt(profile: StoredProfile, context: LimitContext, atMs: number): number | null {
  if (profile.validFromMs !== null && atMs < profile.validFromMs) return null;
  if (profile.validToMs !== null && atMs >= profile.validToMs) return null;
  const window = occurrence(profile, context, atMs);
  if (window === null || atMs < window.startMs || atMs >= window.endMs) return null;
  let active: SchedulePeriod | null = null;
  for (const period of profile.schedule.periods) {
    if (window.startMs + period.startS * 1000 <= atMs) active = period;
  }
  if (active === null) return null;
  if (profile.schedule.unit === 'A') return Math.round(active.limit * 1000);
  return currentFromPower(active.limit, Math.min(active.phases, context.phases));
}

function appliesTo(
  profile: StoredProfile,
  purpose: ProfilePurpose,
  context: LimitContext,
): boolean {
  if (profile.purpose !== purpose) return false;
  if (purpose === 'StationMax') return true;
  if (purpose === 'TxDefault') return profile.evseId === 0 || profile.evseId === context.evseId;
  return (
    profile.evseId === context.evseId &&
    context.transaction !== null &&
    (profile.transactionId === null || profile.transactionId === context.transaction.id)
  );
}

function leadingLimit(
  profiles: readonly StoredProfile[],
  purpose: ProfilePurpose,
  at: { context: LimitContext; atMs: number },
): number | null {
  let best: { profile: StoredProfile; limit: number } | null = null;
  for (const profile of profiles) {
    if (!appliesTo(profile, purpose, at.context)) continue;
    const limit = limitAt(profile, at.context, at.atMs);
    if (limit === null) continue;
    // A default for this EVSE goes before one for the whole station, then the higher stack level.
    const own = Number(profile.evseId !== 0) - Number((best?.profile.evseId ?? 0) !== 0);
    const wins =
      best === null || own > 0 || (own === 0 && profile.stackLevel > best.profile.stackLevel);
    if (wins) best = { profile, limit };
  }
  return best?.limit ?? null;
}

/**
 * offeredMilliA is the current per phase that the profiles leave at `atMs`: the least of
 * the hardware, the station's maximum (shared equally) and the transaction's (else the default)
 * profile; what lies between 0 and 6 A is 0. OCPP 1.6 §3.13, 2.0.1 part 2 K.
 */
export function offeredMilliA(
  profiles: readonly StoredProfile[],
  context: LimitContext,
  atMs: number,
): number {
  const at = { context, atMs };
  const station = leadingLimit(profiles, 'StationMax', at);
  const own = leadingLimit(profiles, 'Tx', at) ?? leadingLimit(profiles, 'TxDefault', at);
  const share = Math.floor((station ?? Infinity) / Math.max(1, context.sharers));
  const limit = Math.min(context.hardwareMilliA, share, own ?? Infinity);
  return limit < 6_000 ? 0 : limit;
}

/** First instant after `afterMs` at which a profile may change the offer; Infinity if none. */
export function nextBoundaryMs(
  profiles: readonly StoredProfile[],
  context: LimitContext,
  afterMs: number,
): number {
  let next = Number.POSITIVE_INFINITY;
  const consider = (ms: number | null): void => {
    if (ms !== null && ms > afterMs && ms < next) next = ms;
  };
  for (const profile of profiles) {
    consider(profile.validFromMs);
    consider(profile.validToMs);
    const window = occurrence(profile, context, afterMs);
    if (window === null) continue;
    consider(window.startMs);
    consider(window.endMs);
    for (const period of profile.schedule.periods) consider(window.startMs + period.startS * 1000);
    if (profile.kind === 'Recurring') consider(window.startMs + recurrenceMs(profile));
  }
  return next;
}

/** One stretch of a composite schedule, in mA per phase. */
export type CompositePeriod = { startS: number; milliA: number };

/** compositeSchedule lists the offer from `fromMs` for `durationS`, equal neighbours merged. */
export function compositeSchedule(
  profiles: readonly StoredProfile[],
  context: LimitContext,
  span: { fromMs: number; durationS: number },
): CompositePeriod[] {
  const periods: CompositePeriod[] = [];
  const endMs = span.fromMs + span.durationS * 1000;
  for (let atMs = span.fromMs; atMs < endMs; atMs = nextBoundaryMs(profiles, context, atMs)) {
    const milliA = offeredMilliA(profiles, context, atMs);
    if (periods.at(-1)?.milliA !== milliA) {
      periods.push({ startS: Math.floor((atMs - span.fromMs) / 1000), milliA });
    }
  }
  return periods;
}
