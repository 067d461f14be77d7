import { MISS_TICKS } from '../departure/expected-stay.ts';
import { TICKS_PER_EUR_KWH } from '../departure/risk-price.ts';
import {
  COMPARED_GROUPS,
  PLANNED_NAMES,
  type ComparedGroup,
  type ComparisonData,
  type LearnerName,
  type PolicyName,
} from './comparison.ts';
import { KNOBS_EUR_PER_KWH, type Outcome } from './knob-choice.ts';

/** The knob of the live planner, one of those that are tried. */
const LIVE_EUR_PER_KWH = MISS_TICKS / TICKS_PER_EUR_KWH;

/** What one policy did on one group of the tested stays; null where nothing can be said. */
export type PolicyFigures = {
  policy: PolicyName | 'live';
  /** EUR per kWh not delivered, as chosen for the last stay; null for rules. */
  knobEurPerKwh: number | null;
  /** Saving in % of one who knew every departure; only energy delivered counts. */
  capturePct: number | null;
  missedPct: number | null;
  shortByOneKwhPct: number | null;
  /** Share of stays that ended by the told 10, 50 and 90 % quantile of their length. */
  coveragePct: [number, number, number] | null;
  /** Mean over the three quantiles; stays count as a day at most. */
  pinballMin: number | null;
  /** The most the learner captures, at any knob, while missing no more than this rule does. */
  learnerAtNoMoreMissedPct: number | null;
};
export type GroupComparison = { sessions: number; energyKwh: number; foresightEur: number; policies: PolicyFigures[] };
export type ComparisonFigures = {
  trained: number;
  tuned: number;
  tested: number;
  skipped: number;
  /** Null: the tested stays have none of the group. */
  groups: Record<ComparedGroup, GroupComparison | null>;
  /** Of the tested stays, those that took at least what comes first, and no more than the target. */
  energyTookFirstPct: number | null;
  energyWithinTargetPct: number | null;
  /** Whether, on every group, the learner beats each rule at no more energy missed. */
  isNeverWorse: boolean;
};

/** Each rule is held against a learner that knew no less. */
const RULES: readonly { policy: PolicyName; learner: LearnerName }[] = [
  { policy: 'ownQuantile', learner: 'learned' },
  { policy: 'fiveKwhFirst', learner: 'learned' },
  { policy: 'declaredLessHour', learner: 'learned' },
  { policy: 'declared', learner: 'learned' },
  { policy: 'ifToldLessHour', learner: 'learnedIfTold' },
];

/** comparisonFigures turns sums into shares. */
export function comparisonFigures(data: ComparisonData): ComparisonFigures {
  const group = (name: ComparedGroup) => groupOf(data, name);
  const groups = { all: group('all'), repeated: group('repeated'), declared: group('declared') };
  const { sessions, tookFirst, withinTarget } = data.energies;
  const rules = COMPARED_GROUPS.flatMap((name) => groups[name]?.policies ?? [])
    .filter(({ knobEurPerKwh }) => knobEurPerKwh === null);
  return {
    ...data.seen,
    groups,
    energyTookFirstPct: percent(tookFirst, sessions),
    energyWithinTargetPct: percent(withinTarget, sessions),
    isNeverWorse: rules.every(
      ({ capturePct, learnerAtNoMoreMissedPct: learner }) => (learner ?? 0) >= (capturePct ?? 0),
    ),
  };
}

function groupOf(data: ComparisonData, group: ComparedGroup): GroupComparison | null {
  const outcomeOf = (policy: string) => data.tested[`${group}/${policy}`];
  const any = outcomeOf('fiveKwhFirst');
  if (any === undefined) return null;
  const planned = PLANNED_NAMES.map((policy) => figuresOf(data, {
    group, policy, outcome: outcomeOf(`${policy}/chosen`), knob: data.knobs[policy] ?? null,
  }));
  const live = figuresOf(data, {
    group, policy: 'live', outcome: outcomeOf(`energyLearned/${LIVE_EUR_PER_KWH}`),
    knob: LIVE_EUR_PER_KWH,
  });
  const hasDeclared = data.tested['declared/declared'] !== undefined;
  const rules = RULES.filter(({ policy }) => hasDeclared || !policy.startsWith('declared'))
    .map(({ policy, learner }) => {
      const figures = figuresOf(data, { group, policy, outcome: outcomeOf(policy), knob: null });
      const tried = KNOBS_EUR_PER_KWH.map((knob) => outcomeOf(`${learner}/${knob}`));
      return {
        ...figures,
        learnerAtNoMoreMissedPct: captureWithin(
          tried.filter((one) => one !== undefined),
          outcomeOf(policy)?.missedMilliWh ?? 0,
        ),
      };
    });
  return {
    sessions: any.sessions,
    energyKwh: round(any.energyMilliWh / 1e6),
    foresightEur: round(any.foresightExact / 1e11),
    policies: [...planned, live, ...rules],
  };
}

/**
 * The most that is captured while no more than `mostMilliWh` is missed; between two knobs by lot,
 * with "at once" (nothing captured, nothing missed) as the safest.
 */
function captureWithin(tried: readonly Outcome[], mostMilliWh: number): number {
  const points = tried.map((one) => ({ missed: one.missedMilliWh, pct: capturePct(one) ?? 0 }));
  points.push({ missed: 0, pct: 0 });
  let best = 0;
  for (const a of points.filter(({ missed }) => missed <= mostMilliWh)) {
    best = Math.max(best, a.pct);
    for (const b of points.filter(({ missed }) => missed > mostMilliWh)) {
      const part = (mostMilliWh - a.missed) / (b.missed - a.missed);
      best = Math.max(best, a.pct + part * (b.pct - a.pct));
    }
  }
  return round(best);
}

function figuresOf(
  data: ComparisonData,
  args: {
    group: ComparedGroup; policy: PolicyFigures['policy']; outcome: Outcome | undefined;
    knob: number | null;
  },
): PolicyFigures {
  const { group, policy, outcome, knob } = args;
  const score = data.scores[`${group}/${policy}`];
  return {
    policy,
    knobEurPerKwh: knob,
    capturePct: outcome === undefined ? null : capturePct(outcome),
    missedPct: outcome === undefined ? null : missedPct(outcome),
    shortByOneKwhPct:
      outcome === undefined ? null : percent(outcome.shortByOneKwh, outcome.sessions),
    coveragePct:
      score === undefined
        ? null
        : [coverage(score, 0), coverage(score, 1), coverage(score, 2)],
    pinballMin: score === undefined ? null : round(score.pinballS / score.sessions / 3 / 60),
    learnerAtNoMoreMissedPct: null,
  };
}

function coverage(score: ComparisonData['scores'][string], index: 0 | 1 | 2): number {
  return percent(score.below[index], score.sessions) ?? 0;
}

function capturePct(outcome: Outcome): number | null {
  return percent(outcome.savingExact, outcome.foresightExact);
}

function missedPct(outcome: Outcome): number | null {
  return percent(outcome.missedMilliWh, outcome.energyMilliWh);
}

function percent(part: number, whole: number): number | null {
  return whole > 0 ? round((part / whole) * 100) : null;
}

function round(value: number): number {
  return Number(value.toFixed(6)) + 0;
}
