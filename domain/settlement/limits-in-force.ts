import type { InstantS } from '../time/instant.ts';
import type { LimitInForce } from './facts.ts';

/** A charging profile the station accepted, or its accepted removal; in force from its sending on. */
export type LimitCommand =
  | { kind: 'clear'; inForceAt: InstantS }
  | {
      kind: 'set';
      inForceAt: InstantS;
      scheduleStartAt: InstantS;
      periods: { startOffsetS: number; limitW: number }[];
      /** Null: the last period lasts until the profile is replaced or cleared. */
      durationS: number | null;
      validToAt: InstantS | null;
    };

/** End of a limit without an end: 9999-12-31T23:59:59Z, so that facts stay plain JSON. */
export const OPEN_END_AT: InstantS = 253_402_300_799;

/**
 * limitsInForce lays accepted commands over each other: each counts from when it came into force (when
 * it was sent: a station acts on it before its answer is here) until the next one's, inside its own
 * schedule. After duration or validTo there is no limit. A profile that dies with its transaction needs
 * a `clear` at its stop.
 * @returns sorted, not overlapping, equal neighbours joined.
 */
export function limitsInForce(commands: readonly LimitCommand[]): LimitInForce[] {
  const sorted = commands
    .map((command, index) => ({ command, index }))
    .sort((a, b) => a.command.inForceAt - b.command.inForceAt || a.index - b.index)
    .map(({ command }) => command);
  const limits: LimitInForce[] = [];
  sorted.forEach((command, index) => {
    const replacedAt = sorted[index + 1]?.inForceAt ?? OPEN_END_AT;
    if (command.kind === 'set') limits.push(...periodsInForce(command, replacedAt));
  });
  return joinEqual(limits);
}

function periodsInForce(
  command: Extract<LimitCommand, { kind: 'set' }>,
  replacedAt: InstantS,
): LimitInForce[] {
  const startAt = command.scheduleStartAt;
  const endAt = Math.min(
    replacedAt,
    command.validToAt ?? OPEN_END_AT,
    command.durationS === null ? OPEN_END_AT : startAt + command.durationS,
  );
  const periods = [...command.periods].sort((a, b) => a.startOffsetS - b.startOffsetS);
  return periods
    .map((period, index) => {
      const nextOffsetS = periods[index + 1]?.startOffsetS;
      const toAt = nextOffsetS === undefined ? endAt : Math.min(endAt, startAt + nextOffsetS);
      const fromAt = Math.max(command.inForceAt, startAt + period.startOffsetS);
      return { fromAt, toAt, limitW: period.limitW };
    })
    .filter((limit) => limit.fromAt < limit.toAt);
}

/** joinEqual joins touching limits of the same power: a hold replaced by a hold is one hold. */
export function joinEqual(limits: readonly LimitInForce[]): LimitInForce[] {
  const joined: LimitInForce[] = [];
  for (const limit of limits) {
    const last = joined.at(-1);
    if (last !== undefined && last.toAt === limit.fromAt && last.limitW === limit.limitW) {
      joined[joined.length - 1] = { ...last, toAt: limit.toAt };
    } else {
      joined.push(limit);
    }
  }
  return joined;
}
