import { QUARTER_S, type InstantS } from '../../time/instant.ts';
import { energyFromPower, type MilliWh } from '../../units/energy.ts';
import { quarterIndex, UNKNOWN, type QuarterSeries } from './quarter-series.ts';

/** A stay in the neighbourhood, and what came of it. */
export type FleetStay = {
  plugInAt: InstantS;
  plugOutAt: InstantS;
  powerW: number;
  energyMilliWh: MilliWh;
};
export type FleetAnswer<T> = { stay: T; servedMilliWh: MilliWh; costExact: number };

type Active<T> = {
  stay: T;
  endAt: InstantS;
  /** Quarter since 1970 of index 0. */
  first: number;
  capacity: Float64Array;
  energies: Float64Array;
};
/** How a search came to a quarter: by moving energy of `session` from quarter `from`. */
type Step<T> = { from: number; session: Active<T> } | null;

/**
 * All cars of a neighbourhood under one limit, planned anew together at every plug-in: the new
 * car's energy goes to the cheapest quarter that it can reach, also by moving other cars' energy.
 *
 * The price depends on the quarter only, so a chain of moves costs the price of its last quarter,
 * and shortest augmenting paths keep the plan of all cars at least cost for the most energy (Jewell
 * 1958; the check in limit-fleet.prop.test.ts looks for a cheaper chain and finds none). What lies
 * before the plug-in is past and stays, the quarter of the plug-in included.
 */
export class LimitFleet<T extends FleetStay> {
  readonly #prices: QuarterSeries;
  /** Free energy per quarter of `prices`, milli-Wh. */
  readonly #free: Float64Array;
  #active: Active<T>[] = [];

  /** @param free energy the limit leaves per quarter of `prices`; it is used up in place. */
  constructor(prices: QuarterSeries, free: Float64Array) {
    this.#prices = prices;
    this.#free = free;
  }

  /**
   * add plans a car that plugs in; cars come in the order of plug-in.
   * @returns the cars that have left since, whose plans are final.
   */
  add(stay: T): FleetAnswer<T>[] {
    const done = this.#leave(stay.plugInAt);
    const car = this.#activeOf(stay);
    this.#active.push(car);
    let left = stay.energyMilliWh;
    while (left > 0) {
      const moved = this.#augment(car, left, quarterIndex(stay.plugInAt));
      if (moved === 0) break;
      left -= moved;
    }
    return done;
  }

  /** rest ends all stays. */
  rest(): FleetAnswer<T>[] {
    return this.#leave(Number.POSITIVE_INFINITY);
  }

  #leave(at: InstantS): FleetAnswer<T>[] {
    const done = this.#active.filter((car) => car.endAt <= at);
    if (done.length === 0) return [];
    this.#active = this.#active.filter((car) => car.endAt > at);
    return done.map((car) => this.#answerOf(car));
  }

  #answerOf(car: Active<T>): FleetAnswer<T> {
    let servedMilliWh = 0;
    let costExact = 0;
    car.energies.forEach((energy, i) => {
      servedMilliWh += energy;
      costExact += energy * this.#price(car.first + i);
    });
    return { stay: car.stay, servedMilliWh, costExact };
  }

  #activeOf(stay: T): Active<T> {
    const first = quarterIndex(stay.plugInAt);
    const count = Math.max(0, Math.ceil(stay.plugOutAt / QUARTER_S) - first);
    const capacity = new Float64Array(count);
    for (let i = 0; i < count; i += 1) {
      const fromAt = Math.max(stay.plugInAt, (first + i) * QUARTER_S);
      const toAt = Math.min(stay.plugOutAt, (first + i + 1) * QUARTER_S);
      const isPriced = this.#price(first + i) !== UNKNOWN;
      capacity[i] = isPriced ? energyFromPower(stay.powerW, toAt - fromAt) : 0;
    }
    return { stay, endAt: stay.plugOutAt, first, capacity, energies: new Float64Array(count) };
  }

  #price(quarter: number): number {
    return this.#prices.values[quarter - this.#prices.firstQuarter] ?? UNKNOWN;
  }

  #freeAt(quarter: number): MilliWh {
    return this.#free[quarter - this.#prices.firstQuarter] ?? 0;
  }

  #take(quarter: number, energy: MilliWh): void {
    const index = quarter - this.#prices.firstQuarter;
    this.#free[index] = (this.#free[index] ?? 0) - energy;
  }

  /** Puts up to `need` along the cheapest chain; returns how much, 0 where nothing is free. */
  #augment(car: Active<T>, need: MilliWh, now: number): MilliWh {
    const found = this.#search(car, now);
    if (found === null) return 0;
    const { end, steps } = found;
    let amount = Math.min(need, this.#freeAt(end));
    let at = end;
    for (let step = steps.get(at) ?? null; step !== null; step = steps.get(at) ?? null) {
      const { session, from } = step;
      const room = roomIn(session, at);
      amount = Math.min(amount, room, session.energies[from - session.first] ?? 0);
      at = from;
    }
    amount = Math.min(amount, roomIn(car, at));
    this.#take(end, amount);
    at = end;
    for (let step = steps.get(at) ?? null; step !== null; step = steps.get(at) ?? null) {
      addTo(step.session, at, amount);
      addTo(step.session, step.from, -amount);
      at = step.from;
    }
    addTo(car, at, amount);
    return amount;
  }

  /** Breadth first over quarters: the cheapest (then nearest, then earliest) with free energy. */
  #search(
    car: Active<T>,
    now: number,
  ): { end: number; steps: ReadonlyMap<number, Step<T>> } | null {
    const steps = new Map<number, Step<T>>();
    const open: number[] = [];
    const best = { quarter: -1, price: Number.POSITIVE_INFINITY };
    const reach = (quarter: number, step: Step<T>) => {
      if (steps.has(quarter)) return;
      steps.set(quarter, step);
      const price = this.#price(quarter);
      if (this.#freeAt(quarter) > 0) {
        if (price < best.price) Object.assign(best, { quarter, price });
      } else {
        open.push(quarter);
      }
    };
    for (let i = 0; i < car.capacity.length; i += 1) {
      if (roomIn(car, car.first + i) > 0) reach(car.first + i, null);
    }
    // A plan at least cost has no chain to a quarter cheaper than the one it starts from, so
    // quarters that are dearer than the best so far need not be looked behind, nor free ones.
    for (let k = 0; k < open.length; k += 1) {
      const from = open[k] ?? 0;
      if (this.#price(from) >= best.price || from <= now) continue;
      for (const session of this.#active) {
        const energy = session.energies[from - session.first] ?? 0;
        if (session === car || energy <= 0) continue;
        for (const quarter of roomAfter(session, now)) reach(quarter, { from, session });
      }
    }
    return best.quarter < 0 ? null : { end: best.quarter, steps };
  }
}

function roomIn(car: Active<FleetStay>, quarter: number): MilliWh {
  const i = quarter - car.first;
  return (car.capacity[i] ?? 0) - (car.energies[i] ?? 0);
}

/** Quarters after `now` in which a car could draw more. */
function roomAfter(car: Active<FleetStay>, now: number): number[] {
  const quarters: number[] = [];
  const last = car.first + car.capacity.length;
  for (let quarter = Math.max(now + 1, car.first); quarter < last; quarter += 1) {
    if (roomIn(car, quarter) > 0) quarters.push(quarter);
  }
  return quarters;
}

function addTo(car: Active<FleetStay>, quarter: number, energy: MilliWh): void {
  const i = quarter - car.first;
  car.energies[i] = (car.energies[i] ?? 0) + energy;
}
