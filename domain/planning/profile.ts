import type { ChargingProfile, StationCapabilities } from '../charging/commands.ts';
import { isoFromSeconds, type InstantS } from '../time/instant.ts';
import { mergePeriods } from './periods.ts';
import type { LimitPeriod } from './plan.ts';

/** The rungs of the ladder: what is tried when the one before is refused or not obeyed. */
export const rungs = ['TX_PROFILE', 'TX_DEFAULT_PROFILE', 'STATION_MAX_PROFILE', 'OBSERVE'] as const;
export type Rung = (typeof rungs)[number];

export function nextRung(rung: Rung): Rung {
  return rungs[Math.min(rungs.indexOf(rung) + 1, rungs.length - 1)] ?? 'OBSERVE';
}

const purposes = {
  TX_PROFILE: 'TxProfile', TX_DEFAULT_PROFILE: 'TxDefaultProfile', STATION_MAX_PROFILE: 'ChargingStationMaxProfile',
} as const;
export type SteeringRung = keyof typeof purposes;
/** A replaced profile keeps its id: a new id beside the same purpose and stack level is refused in 2.0.1 (K01.FR.06). */
const idBase = { TX_PROFILE: 1000, TX_DEFAULT_PROFILE: 2000, STATION_MAX_PROFILE: 3000 } as const;

const VOLT = 230;
const MIN_AMPERE = 6;
/** What stations of most makes take when they do not say. */
const MAX_PERIODS_DEFAULT = 24;
/** Stations with a slow clock refuse or delay a schedule that starts in their future. */
const START_BEFORE_S = 60;

export type ProfileResult = {
  profile: ChargingProfile;
  /** From here on the station was not told the plan but its tail: roll forward before. null: all was told. */
  truncatedAt: InstantS | null;
};

/**
 * profileFromPlan spells a plan's limits as an absolute charging profile within what the station takes:
 * unit, 0 or ≥ 6 A per phase, a multiple of 0.1, number of periods, stack level.
 */
export function profileFromPlan(args: {
  periods: readonly LimitPeriod[]; rung: SteeringRung; evseId: number; phases: 1 | 3;
  transactionOcppId: string; capabilities: StationCapabilities;
  /** Neighbours share its limits: what the station is not told ends in the plan's tail, not in full power. */
  isShared?: boolean;
}): ProfileResult {
  const { capabilities, phases, rung } = args;
  const rateUnit = capabilities.rateUnits?.includes('A') === false ? 'W' as const : 'A' as const;
  const told = mergePeriods(args.periods.map((period) => ({
    fromAt: period.fromAt, limitW: limitIn({ limitW: period.limitW, rateUnit, phases }),
  })));
  const first = told[0];
  if (first === undefined) throw new RangeError('a plan has at least one period');
  const max = Math.max(2, capabilities.maxPeriods ?? MAX_PERIODS_DEFAULT);
  const truncatedAt = told.length > max ? told[max - 1]?.fromAt ?? null : null;
  const afterW = args.isShared === true ? told.at(-1)?.limitW ?? 0 : Math.max(...told.map((period) => period.limitW));
  const kept = truncatedAt === null ? told
    : [...told.slice(0, max - 1), { fromAt: truncatedAt, limitW: afterW }];
  const startAt = first.fromAt - START_BEFORE_S;
  return {
    truncatedAt,
    profile: {
      id: idBase[rung] + args.evseId,
      stackLevel: capabilities.maxStackLevel ?? 0,
      purpose: purposes[rung],
      transactionOcppId: rung === 'TX_PROFILE' ? args.transactionOcppId : null,
      rateUnit, startAt: isoFromSeconds(startAt), validFrom: isoFromSeconds(startAt), validTo: null, durationS: null,
      numberPhases: rateUnit === 'A' ? phases : null,
      periods: mergePeriods(kept).map((period, index) => ({
        startOffsetS: index === 0 ? 0 : period.fromAt - startAt, limit: period.limitW,
      })),
    },
  };
}

/** limitIn converts watts to the rate unit, rounded down to 0.1; below 6 A per phase it is 0 (IEC 61851). */
function limitIn(args: { limitW: number; rateUnit: 'A' | 'W'; phases: 1 | 3 }): number {
  const { limitW, rateUnit, phases } = args;
  if (limitW < MIN_AMPERE * VOLT * phases) return 0;
  if (rateUnit === 'W') return limitW;
  let tenths = Math.floor((limitW * 10) / (VOLT * phases));
  // Validators divide to see whether it is a multiple of 0.1: 14.2 / 0.1 is not whole in binary, and is refused.
  while (tenths > 0 && !Number.isInteger(tenths / 10 / 0.1)) tenths -= 1;
  return tenths / 10;
}

/** limitsOfProfile turns a sent profile back into limits in watts, for settlement and for checks. */
export function limitsOfProfile(profile: ChargingProfile, phases: 1 | 3): LimitPeriod[] {
  const startAt = Math.floor(Date.parse(profile.startAt) / 1000);
  const factor = profile.rateUnit === 'A' ? VOLT * (profile.numberPhases ?? phases) : 1;
  return profile.periods.map((period) => ({
    fromAt: startAt + period.startOffsetS, limitW: Math.round(period.limit * factor),
  }));
}
