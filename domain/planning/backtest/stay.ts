import { bellAt } from '../../units/random.ts';
import { DAY_S, HOUR_S, type InstantS } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import type { WallClock } from './wall-clock.ts';

/** One recorded stay, moved to the dates of the prices. */
export type BacktestStay = {
  plugInAt: InstantS;
  plugOutAt: InstantS;
  energyMilliWh: MilliWh;
  /** The power the figures are computed at. */
  powerW: number;
  /** The highest power that was seen, or `powerW`: groups do not change with the power assumed. */
  highestPowerW: number;
  /** Recorded time of charging; null where the record does not tell. */
  chargingS: number | null;
  /** What the driver said, and from when on it was known; null: nothing. */
  declared: { departureAt: InstantS; saidAt: InstantS } | null;
  /** Names of driver and station; '' where the record has none. */
  driver: string;
  station: string;
  /** Seed of everything made up about this stay. */
  seed: number;
};

/** Stays fall into four parts; the groups of the table are unions of them. */
export const PARTS = 4;
const SLACK = 1;
const NIGHT = 2;
const SLACK_S = 2 * HOUR_S;
const EVENING_H = 16;
const MORNING_H = 6;

/**
 * partOf tells slack (connected at least 2 h longer than the energy takes at the highest power) and
 * overnight (plugged in from 16:00 local on, still there at 06:00 the next morning).
 */
export function partOf(stay: BacktestStay, clock: WallClock): number {
  const needS = (stay.energyMilliWh * 36) / (stay.highestPowerW * 10);
  const hasSlack = stay.plugOutAt - stay.plugInAt - needS >= SLACK_S;
  const wallS = clock.wallS(stay.plugInAt);
  const midnightS = Math.floor(wallS / DAY_S) * DAY_S;
  const isEvening = wallS - midnightS >= EVENING_H * HOUR_S;
  const morningS = midnightS + DAY_S + MORNING_H * HOUR_S;
  const isNight = isEvening && clock.wallS(stay.plugOutAt) >= morningS;
  return (hasSlack ? SLACK : 0) + (isNight ? NIGHT : 0);
}

export const GROUPS = ['all', 'slack2h', 'overnight'] as const;
export type GroupName = (typeof GROUPS)[number];

/** isIn tells whether the stays of a part belong to a group. */
export function isIn(part: number, group: GroupName): boolean {
  if (group === 'all') return true;
  return (part & (group === 'slack2h' ? SLACK : NIGHT)) !== 0;
}

/** When a plan wants to be done, and until when nothing is known and the car charges at once. */
export type Deadline = { deadlineAt: InstantS; atOnceUntilAt: InstantS };
export type DeparturePolicy = 'known' | 'declared' | 'learned';

/** A declaration is kept this much short of. */
export const DECLARED_MARGIN_S = HOUR_S;
/** A declaration beyond this is no departure. */
const LONGEST_DECLARATION_S = 7 * DAY_S;

/** Learned departures are planned as far ahead as prices are published. */
const LEARNED_HORIZON_S = DAY_S;

/**
 * deadlineOf says what the planner goes by. `declared`: what the driver said where the record has
 * it (charging at once until it was said), less a margin of 1 h; where `isSimulated`, the true
 * departure ± a bell-shaped error of 1 h standard deviation; a driver who says nothing is charged
 * at once. `learned`: no deadline but the end of what is known of prices.
 */
export function deadlineOf(
  stay: BacktestStay,
  policy: DeparturePolicy,
  isSimulated: boolean,
): Deadline {
  const { plugInAt, plugOutAt } = stay;
  if (policy === 'known') return { deadlineAt: plugOutAt, atOnceUntilAt: plugInAt };
  if (policy === 'learned') {
    return { deadlineAt: plugInAt + LEARNED_HORIZON_S, atOnceUntilAt: plugInAt };
  }
  const latestAt = plugOutAt + LONGEST_DECLARATION_S;
  const withMargin = (at: InstantS) =>
    Math.max(plugInAt, Math.min(at, latestAt) - DECLARED_MARGIN_S);
  if (isSimulated) {
    // bellAt has a standard deviation of 1/3.
    const errorS = Math.round(bellAt(stay.seed, 1) * 3 * HOUR_S);
    return { deadlineAt: withMargin(plugOutAt + errorS), atOnceUntilAt: plugInAt };
  }
  if (stay.declared === null) return { deadlineAt: plugInAt, atOnceUntilAt: plugInAt };
  const { departureAt, saidAt } = stay.declared;
  return { deadlineAt: withMargin(departureAt), atOnceUntilAt: Math.max(plugInAt, saidAt) };
}
