import type { InstantS } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import { addPayout, PROBED_AFTER_S, settledSaving } from './payout.ts';
import { fillPlan, type FillWish } from './fill-plan.ts';
import { spreadEnergies, type Spread } from './placement.ts';
import type { QuarterSeries } from './quarter-series.ts';
import { SlotSolver } from './slot-solver.ts';
import { deadlineOf, PARTS, partOf, type BacktestStay, type DeparturePolicy } from './stay.ts';
import type { StayCurve } from '../departure/survival.ts';
import { COUNT, SUM, Tally, type TallyData } from './tally.ts';
import type { WallClock } from './wall-clock.ts';

/** What stays are held against; every thread has the same. */
export type Market = {
  prices: QuarterSeries;
  stepS: 900 | 3_600;
  /** Per quarter of `prices`: 1 from 17:00 to 21:00 local. */
  evening: Uint8Array;
  co2: QuarterSeries | null;
};

/** One stay's answer, as the file of sessions prints it; costs in EUR 10⁻¹¹. */
export type StayAnswer = {
  part: number;
  energyMilliWh: MilliWh;
  baselineExact: number;
  plannedExact: number;
};
export type Skipped = 'priceMissing' | 'unusable';

/** All that one thread found, as plain data. */
export type BacktestData = {
  tallies: TallyData[];
  atOnceLoads: Float64Array[];
  plannedLoads: Float64Array[];
};

const EUR_020_EXACT = 0.2e11;
const EUR_10_EXACT = 10e11;
const ONE_KWH = 1_000_000;

/** How departures are known; `missTicks`: what a plan counts a unit at that it may miss. */
export type BacktestPolicy = {
  departure: DeparturePolicy;
  isSimulated: boolean;
  missTicks: number;
};

/** Plans and settles stays one by one and adds them up; memory does not grow with their number. */
export class Backtester {
  readonly #clock: WallClock;
  readonly #policy: BacktestPolicy;
  readonly #solver: SlotSolver;
  readonly #spread: Spread;
  readonly #tallies = Array.from({ length: PARTS }, () => new Tally());
  readonly #atOnceLoads: Float64Array[];
  readonly #plannedLoads: Float64Array[];
  #atOnce = new Float64Array(0);
  #plan = new Float64Array(0);
  #scratch = new Float64Array(0);

  constructor(
    market: Market,
    clock: WallClock,
    policy: BacktestPolicy,
  ) {
    this.#clock = clock;
    this.#policy = policy;
    this.#solver = new SlotSolver(market.prices, market.stepS);
    const { evening, co2, prices } = market;
    this.#spread = { evening, co2, firstQuarter: prices.firstQuarter };
    const loads = () =>
      Array.from({ length: PARTS }, () => new Float64Array(prices.values.length));
    this.#atOnceLoads = loads();
    this.#plannedLoads = loads();
  }

  /**
   * add plans and settles one stay; a stay that touches a missing price is counted and no more.
   * @param curve chances of the departure, for the policy `learned`.
   */
  add(stay: BacktestStay, curve: StayCurve | null = null): StayAnswer | Skipped {
    const { plugInAt, plugOutAt, powerW } = stay;
    const isUsable = stay.energyMilliWh > 0 && powerW > 0 && plugOutAt > plugInAt;
    if (!isUsable) {
      this.tallyOf(0).count(COUNT.unusable);
      return 'unusable';
    }
    const part = partOf(stay, this.#clock);
    const tally = this.tallyOf(part);
    const deadline = deadlineOf(stay, this.#policy.departure, this.#policy.isSimulated);
    const solver = this.#solver;
    const toAt = Math.max(plugOutAt, deadline.deadlineAt);
    if (!solver.open({ fromAt: plugInAt, toAt, powerW, pricedUntilAt: plugOutAt })) {
      tally.count(COUNT.priceMissing);
      return 'priceMissing';
    }
    this.#makeRoom();
    const unfit = solver.fillFirst(this.#atOnce, stay.energyMilliWh, plugOutAt);
    const energyMilliWh = stay.energyMilliWh - unfit;
    tally.add(SUM.cappedMilliWh, unfit);
    const wish = { energyMilliWh, ...deadline, curve };
    if (this.#policy.departure !== 'known') this.#addForesight(tally, wish, plugOutAt);
    const atOnce = spreadEnergies(solver, this.#atOnce, {
      untilAt: plugOutAt,
      spread: this.#spread,
      loads: this.#atOnceLoads[part],
    });
    const delivered = this.#fillPlan(wish, { plugInAt, plugOutAt });
    const missed = energyMilliWh - delivered;
    tally.add(SUM.missedMilliWh, missed);
    if (missed > ONE_KWH) tally.count(COUNT.shortByOneKwh);
    // Charging at once is compared for the same energy: what is missing saves nothing.
    if (missed > 0) solver.fillFirst(this.#atOnce, delivered, plugOutAt);
    const planned = spreadEnergies(solver, this.#plan, {
      untilAt: plugOutAt,
      spread: this.#spread,
      loads: this.#plannedLoads[part],
    });
    tally.add(SUM.eveningAtOnceMilliWh, atOnce.eveningMilliWh);
    tally.add(SUM.eveningPlannedMilliWh, planned.eveningMilliWh);
    if (atOnce.co2 !== null && planned.co2 !== null) {
      tally.count(COUNT.co2Sessions);
      tally.add(SUM.co2EnergyMilliWh, delivered);
      tally.add(SUM.co2AtOnce, atOnce.co2);
      tally.add(SUM.co2Planned, planned.co2);
    }
    const answer = this.#addCosts(tally, stay, { part, energyMilliWh: delivered });
    this.#addSettled(tally, stay, wish);
    return answer;
  }

  /** tallyOf is the tally of one part of the stays, for what others find out about them. */
  tallyOf(part: number): Tally {
    const tally = this.#tallies[part];
    if (tally === undefined) throw new RangeError(`there is no part ${part} of the stays`);
    return tally;
  }

  data(): BacktestData {
    return {
      tallies: this.#tallies.map((tally) => tally.data()),
      atOnceLoads: this.#atOnceLoads,
      plannedLoads: this.#plannedLoads,
    };
  }

  #addCosts(
    tally: Tally,
    stay: BacktestStay,
    done: { part: number; energyMilliWh: MilliWh },
  ): StayAnswer {
    const { energyMilliWh } = done;
    const baselineExact = this.#solver.costExact(this.#atOnce);
    const plannedExact = this.#solver.costExact(this.#plan);
    const savingExact = baselineExact - plannedExact;
    const connectedS = stay.plugOutAt - stay.plugInAt;
    const highestPowerS = Math.round((energyMilliWh * 36) / (stay.highestPowerW * 10));
    const chargingS = stay.chargingS ?? highestPowerS;
    tally.count(COUNT.sessions);
    tally.add(SUM.energyMilliWh, energyMilliWh);
    tally.add(SUM.baselineExact, baselineExact);
    tally.add(SUM.plannedExact, plannedExact);
    tally.add(SUM.movedMilliWh, this.#movedMilliWh());
    tally.add(SUM.connectedS, connectedS);
    tally.add(SUM.chargingS, chargingS);
    tally.add(SUM.highestPowerS, highestPowerS);
    tally.addSaving(savingExact);
    tally.addRatio(connectedS, chargingS);
    if (savingExact >= EUR_020_EXACT) {
      tally.count(COUNT.atLeast020);
      if (savingExact <= EUR_10_EXACT) tally.count(COUNT.within020To10);
    }
    return { part: done.part, energyMilliWh, baselineExact, plannedExact };
  }

  #movedMilliWh(): MilliWh {
    let moved = 0;
    for (let i = 0; i < this.#solver.count; i += 1) {
      moved += Math.max(0, (this.#atOnce[i] ?? 0) - (this.#plan[i] ?? 0));
    }
    return moved;
  }

  /** The saving of one who knew the departure, for the share of it that is captured. */
  #addForesight(tally: Tally, wish: { energyMilliWh: MilliWh }, plugOutAt: InstantS): void {
    this.#plan.fill(0, 0, this.#solver.count);
    this.#solver.fillCheapest(this.#plan, wish.energyMilliWh, plugOutAt);
    const saving = this.#solver.costExact(this.#atOnce) - this.#solver.costExact(this.#plan);
    tally.add(SUM.foresightExact, saving);
  }

  #fillPlan(wish: FillWish, stay: { plugInAt: InstantS; plugOutAt: InstantS }): MilliWh {
    return fillPlan(this.#solver, this.#plan, { wish, ...stay, missTicks: this.#policy.missTicks });
  }

  /** The settlement rule wants a probe at plug-in, so it is paid on a plan that begins with one. */
  #addSettled(
    tally: Tally,
    stay: { plugInAt: InstantS; plugOutAt: InstantS },
    wish: FillWish,
  ): void {
    const { plugInAt, plugOutAt } = stay;
    const probedAt = Math.min(plugOutAt, plugInAt + PROBED_AFTER_S);
    const atOnceUntilAt = Math.max(wish.atOnceUntilAt, probedAt);
    const energyMilliWh = this.#fillPlan({ ...wish, atOnceUntilAt }, stay);
    const saving = settledSaving(this.#solver, {
      energies: this.#plan,
      scratch: this.#scratch,
      plugInAt,
      untilAt: plugOutAt,
    });
    addPayout(tally, { settledSavingExact: saving, energyMilliWh });
  }

  #makeRoom(): void {
    if (this.#plan.length >= this.#solver.count) return;
    const length = this.#solver.starts.length;
    this.#atOnce = new Float64Array(length);
    this.#plan = new Float64Array(length);
    this.#scratch = new Float64Array(length);
  }
}
