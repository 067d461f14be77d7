import { expectedEnergy } from '../departure/energy.ts';
import { TICKS_PER_EUR_KWH } from '../departure/risk-price.ts';
import { quantileAge, slotSurvival } from '../departure/survival.ts';
import { DAY_S, HOUR_S } from '../../time/instant.ts';
import { bellAt } from '../../units/random.ts';
import type { Market } from './backtester.ts';
import { cutAt, fillPlan, goOnAfter, slotsUntil, type SlotView } from './fill-plan.ts';
import { fillTargets } from './fill-targets.ts';
import { KnobChoice, KNOBS_EUR_PER_KWH, summed, type Outcome } from './knob-choice.ts';
import { LearnedDepartures } from './learned.ts';
import { LearnedEnergy } from './learned-energy.ts';
import { PastLengths, QUANTILES, ruleDeadline, RULE_NAMES, type Quantiles } from './simple-rules.ts';
import { SlotSolver } from './slot-solver.ts';
import type { BacktestStay } from './stay.ts';
import type { WallClock } from './wall-clock.ts';

/**
 * What the learner is told: all there is; no declarations; or, as an experiment, what drivers would
 * say who know their departure to an hour (bell-shaped, standard deviation 1 h).
 */
export const LEARNER_NAMES = ['learned', 'learnedSilent', 'learnedIfTold'] as const;
/**
 * Who does not know either how much the car takes, as in life: learned from counts, or assumed to be
 * 30 kWh, ten of them first.
 */
const ENERGY_NAMES = ['energyLearned', 'energyAssumed'] as const;
export const PLANNED_NAMES = [...LEARNER_NAMES, ...ENERGY_NAMES] as const;
export type LearnerName = (typeof LEARNER_NAMES)[number];
export type PlannedName = (typeof PLANNED_NAMES)[number];
export type PolicyName = PlannedName | (typeof RULE_NAMES)[number] | 'ifToldLessHour';
export const COMPARED_GROUPS = ['all', 'repeated', 'declared'] as const;
export type ComparedGroup = (typeof COMPARED_GROUPS)[number];

/** A driver is repeated from this many past stays on. */
const REPEATED_FROM = 3;
const ONE_KWH = 1_000_000;
/** What was assumed of every car before energy was learned. */
const ASSUMED_ENERGY = {
  firstMilliWh: 10 * ONE_KWH, targetsMilliWh: [1, 2, 3, 4, 5].map((times) => times * 30 * ONE_KWH),
};
const HORIZON_S = DAY_S;
/** Stays of more than a day count as a day where lengths are scored. */
const LONGEST_S = DAY_S;

/** Stays that ended before each quantile of their length, and the pinball loss summed, in s. */
export type Score = { sessions: number; below: [number, number, number]; pinballS: number };

export type ComparisonData = {
  seen: { trained: number; tuned: number; tested: number; skipped: number };
  /** Per group, policy and knob: `all/learned/0.5`; at the knob chosen for each: `all/learned/chosen`. */
  tested: Record<string, Outcome>;
  /** The knob chosen for the last stay. */
  knobs: Record<string, number>;
  scores: Record<string, Score>;
  /** Of the tested stays: how many took at least what comes first, how many no more than the target. */
  energies: { sessions: number; tookFirst: number; withinTarget: number };
};

/**
 * Compares ways to plan stays of unknown length, in time's order: the first days are learned from,
 * in the second half of them the knob is also tried out, the rest is tested; learning, and choosing
 * the knob, goes on with what has ended by each plug-in.
 */
export class DepartureComparison {
  readonly #clock: WallClock;
  readonly #solver: SlotSolver;
  readonly #trainS: number;
  readonly #learners: Record<LearnerName, LearnedDepartures>;
  readonly #energy = new LearnedEnergy();
  readonly #choices: Record<PlannedName, KnobChoice>;
  readonly #past = new PastLengths();
  readonly #stays = new Map<string, number>();
  readonly #data: ComparisonData = {
    seen: { trained: 0, tuned: 0, tested: 0, skipped: 0 }, tested: {}, knobs: {}, scores: {},
    energies: { sessions: 0, tookFirst: 0, withinTarget: 0 },
  };
  #firstAt: number | null = null;
  #atOnce = new Float64Array(0);
  #plan = new Float64Array(0);

  constructor(market: Market, clock: WallClock, trainDays: number) {
    this.#clock = clock;
    this.#solver = new SlotSolver(market.prices, market.stepS);
    this.#trainS = trainDays * DAY_S;
    const learner = () => new LearnedDepartures(clock);
    this.#learners = { learned: learner(), learnedSilent: learner(), learnedIfTold: learner() };
    const choice = () => new KnobChoice();
    this.#choices = {
      learned: choice(), learnedSilent: choice(), learnedIfTold: choice(),
      energyLearned: choice(), energyAssumed: choice(),
    };
  }

  /** add takes stays in the order of their plug-ins. */
  add(stay: BacktestStay): void {
    this.#firstAt ??= stay.plugInAt;
    const ageS = stay.plugInAt - this.#firstAt;
    if (ageS >= this.#trainS) this.#test(stay);
    else if (ageS * 2 >= this.#trainS) this.#tune(stay);
    else this.#data.seen.trained += 1;
    if (stay.plugOutAt <= stay.plugInAt) return;
    for (const name of LEARNER_NAMES) this.#learners[name].learn(asTold(name, stay));
    this.#energy.learn(stay);
    this.#past.learn(stay);
    if (stay.driver !== '') {
      this.#stays.set(stay.driver, (this.#stays.get(stay.driver) ?? 0) + 1);
    }
  }

  data(): ComparisonData {
    return this.#data;
  }

  #tune(stay: BacktestStay): void {
    const trial = this.#open(stay);
    if (trial === null) return;
    this.#data.seen.tuned += 1;
    for (const [name, outcomes] of this.#tryAll(trial)) {
      this.#choices[name].begin(stay.plugOutAt, outcomes);
    }
  }

  #test(stay: BacktestStay): void {
    const trial = this.#open(stay);
    if (trial === null) return;
    this.#data.seen.tested += 1;
    const groups = this.#groupsOf(stay);
    const put = (policy: string, outcome: Outcome) => {
      for (const group of groups) addTo(this.#data.tested, `${group}/${policy}`, outcome);
    };
    const score = (policy: PolicyName, quantiles: Quantiles) => {
      for (const group of groups) {
        const key = `${group}/${policy}`;
        const old = this.#data.scores[key] ?? { sessions: 0, below: [0, 0, 0], pinballS: 0 };
        this.#data.scores[key] = scored(old, stay, quantiles);
      }
    };
    for (const [name, outcomes] of this.#tryAll(trial)) {
      const chosen = this.#choices[name].chosenAt(stay.plugInAt);
      this.#choices[name].begin(stay.plugOutAt, outcomes);
      this.#data.knobs[name] = KNOBS_EUR_PER_KWH[chosen] ?? 0;
      outcomes.forEach((outcome, knob) => {
        put(`${name}/${KNOBS_EUR_PER_KWH[knob]}`, outcome);
        if (knob === chosen) put(`${name}/chosen`, outcome);
      });
    }
    for (const name of LEARNER_NAMES) {
      const curve = this.#learners[name].curveOf(asTold(name, stay));
      const [low, middle, high] = QUANTILES;
      score(name, [quantileAge(curve, 0, low), quantileAge(curve, 0, middle),
        quantileAge(curve, 0, high)]);
    }
    this.#scoreEnergy(trial);
    const quantiles = this.#past.quantilesOf(stay);
    if (quantiles !== null) score('ownQuantile', quantiles);
    for (const rule of RULE_NAMES) {
      put(rule, this.#keepDeadline(trial, ruleDeadline(rule, stay, { quantiles, clock: this.#clock })));
    }
    const told = asTold('learnedIfTold', stay);
    const deadline = ruleDeadline('declaredLessHour', told, { quantiles, clock: this.#clock });
    put('ifToldLessHour', this.#keepDeadline(trial, deadline));
  }

  #groupsOf(stay: BacktestStay): ComparedGroup[] {
    const isRepeated = (this.#stays.get(stay.driver) ?? 0) >= REPEATED_FROM;
    return [
      'all',
      ...(isRepeated ? ['repeated' as const] : []),
      ...(stay.declared === null ? [] : ['declared' as const]),
    ];
  }

  #open(stay: BacktestStay): Trial | null {
    const { plugInAt, plugOutAt, powerW } = stay;
    const isUsable = stay.energyMilliWh > 0 && powerW > 0 && plugOutAt > plugInAt;
    const untilAt = plugInAt + HORIZON_S;
    const solver = this.#solver;
    const toAt = Math.max(plugOutAt, untilAt);
    const isPriced = isUsable
      && solver.open({ fromAt: plugInAt, toAt, powerW, pricedUntilAt: plugOutAt });
    if (!isPriced) {
      this.#data.seen.skipped += 1;
      return null;
    }
    if (this.#plan.length < solver.count) {
      this.#plan = new Float64Array(solver.starts.length);
      this.#atOnce = new Float64Array(solver.starts.length);
    }
    const energyMilliWh = stay.energyMilliWh
      - solver.fillFirst(this.#atOnce, stay.energyMilliWh, plugOutAt);
    this.#plan.fill(0, 0, solver.count);
    solver.fillCheapest(this.#plan, energyMilliWh, plugOutAt);
    const foresightExact = solver.costExact(this.#atOnce) - solver.costExact(this.#plan);
    const slots = slotsUntil(solver, plugInAt, untilAt);
    return { stay, energyMilliWh, foresightExact, slots };
  }

  /** What each planner does with a stay, at each knob. */
  #tryAll(trial: Trial): [PlannedName, Outcome[]][] {
    const { stay, slots, energyMilliWh } = trial;
    const survivals = LEARNER_NAMES.map((name) => ({
      name,
      survival: slotSurvival(this.#learners[name].curveOf(asTold(name, stay)), 0, slots),
    }));
    const known = { targetsMilliWh: [energyMilliWh], firstMilliWh: 0 };
    const told = survivals.map(({ name, survival }): [PlannedName, Outcome[]] =>
      [name, this.#tryKnobs(trial, survival, known)]);
    const survival = survivals[0]?.survival ?? [];
    const learned = expectedEnergy(this.#energy.stepsOf(stay));
    return [
      ...told,
      ['energyLearned', this.#tryKnobs(trial, survival, learned)],
      ['energyAssumed', this.#tryKnobs(trial, survival, ASSUMED_ENERGY)],
    ];
  }

  #tryKnobs(
    trial: Trial,
    survival: readonly number[],
    energy: { targetsMilliWh: readonly number[]; firstMilliWh: number },
  ): Outcome[] {
    const { slots, stay, energyMilliWh } = trial;
    return KNOBS_EUR_PER_KWH.map((knob) => {
      const missTicks = Math.round(knob * TICKS_PER_EUR_KWH);
      this.#plan.fill(0, 0, this.#solver.count);
      const got = fillTargets(this.#plan, {
        slots, survival, missTicks, takesMilliWh: energyMilliWh, ...energy,
      });
      // What a day does not hold goes on at full power: the horizon is no departure.
      goOnAfter(this.#solver, this.#plan, {
        left: energyMilliWh - got,
        deadlineAt: stay.plugInAt + HORIZON_S,
        untilAt: stay.plugOutAt,
      });
      const at = { plugOutAt: stay.plugOutAt, deadlineAt: Number.POSITIVE_INFINITY };
      return this.#outcomeOf(trial, cutAt(this.#solver, this.#plan, at));
    });
  }

  #scoreEnergy({ stay, energyMilliWh }: Trial): void {
    const { firstMilliWh, targetsMilliWh } = expectedEnergy(this.#energy.stepsOf(stay));
    const { energies } = this.#data;
    energies.sessions += 1;
    if (energyMilliWh >= firstMilliWh) energies.tookFirst += 1;
    if (energyMilliWh <= (targetsMilliWh[0] ?? 0)) energies.withinTarget += 1;
  }

  #keepDeadline(trial: Trial, deadline: { deadlineAt: number; atOnceUntilAt: number }): Outcome {
    const { stay, energyMilliWh } = trial;
    const { plugInAt, plugOutAt } = stay;
    // No further than prices are looked up; nobody is held to a word beyond it.
    const deadlineAt = Math.min(deadline.deadlineAt, Math.max(plugOutAt, plugInAt + HORIZON_S));
    const wish = { energyMilliWh, ...deadline, deadlineAt, curve: null };
    const args = { wish, plugInAt, plugOutAt, missTicks: 0 };
    return this.#outcomeOf(trial, fillPlan(this.#solver, this.#plan, args));
  }

  /** Charging at once is compared for the same energy: what is missing saves nothing. */
  #outcomeOf(trial: Trial, delivered: number): Outcome {
    const { energyMilliWh, foresightExact, stay } = trial;
    const solver = this.#solver;
    solver.fillFirst(this.#atOnce, delivered, stay.plugOutAt);
    const missedMilliWh = energyMilliWh - delivered;
    return {
      sessions: 1,
      foresightExact,
      savingExact: solver.costExact(this.#atOnce) - solver.costExact(this.#plan),
      energyMilliWh,
      missedMilliWh,
      shortByOneKwh: missedMilliWh > ONE_KWH ? 1 : 0,
    };
  }
}

type Trial = {
  stay: BacktestStay;
  energyMilliWh: number;
  foresightExact: number;
  slots: SlotView[];
};

function asTold(name: LearnerName, stay: BacktestStay): BacktestStay {
  if (name === 'learned') return stay;
  if (name === 'learnedSilent') return { ...stay, declared: null };
  // bellAt has a standard deviation of 1/3.
  const errorS = Math.round(bellAt(stay.seed, 1) * 3 * HOUR_S);
  const departureAt = stay.plugOutAt + errorS;
  return { ...stay, declared: { departureAt, saidAt: stay.plugInAt } };
}

function addTo(outcomes: Record<string, Outcome>, key: string, one: Outcome): void {
  outcomes[key] = summed(outcomes[key] ?? null, one);
}

function scored(old: Score, stay: BacktestStay, quantiles: Quantiles): Score {
  const lengthS = Math.min(LONGEST_S, stay.plugOutAt - stay.plugInAt);
  const score: Score = { ...old, sessions: old.sessions + 1, below: [...old.below] };
  for (const [i, share] of QUANTILES.entries()) {
    const late = lengthS - Math.min(LONGEST_S, quantiles[i] ?? 0);
    if (late <= 0) score.below[i] = (score.below[i] ?? 0) + 1;
    score.pinballS += Math.max(share * late, (share - 1) * late);
  }
  return score;
}
