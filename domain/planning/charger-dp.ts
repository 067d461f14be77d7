import { costExact } from '../money/money.ts';
import type { MilliWh } from '../units/energy.ts';
import { checkCharger } from './charger-check.ts';
import { bestOf, chargerTable, traceCharger, type ChargerGrid } from './charger-table.ts';
import { cheapestSlots } from './cheapest-slots.ts';

export type ChargerSlot = {
  seconds: number;
  /** Energy at the highest and at the lowest power the car can charge with in this slot. */
  capacityMilliWh: MilliWh;
  leastMilliWh: MilliWh;
  /** Known or expected; where nobody knows, the caller puts its dearest guess, never 0. */
  priceTicks: number;
};

export type ChargerCar = {
  needMilliWh: MilliWh;
  /** Step of the energy grid: 1 A × phases × 230 V × a quarter, see quantumOf. */
  quantumMilliWh: MilliWh;
  /**
   * Starts still allowed; going on from `isOn` is none. A car that cannot pause has 1, or 0 when
   * on.
   */
  mostStarts: number;
  /** What a start is worth avoiding, EUR 1e-11 (milli-Wh × ticks). */
  startCostExact: number;
  /** Once on it stays on for so many slots, unless it reaches the target. */
  leastOnSlots: number;
  /** It charges now: no start is needed to go on, and its least time on is over. */
  isOn: boolean;
  /**
   * Power falls in a straight line to `endShare` of the highest while less than `belowMilliWh` to
   * full.
   */
  taper: { belowMilliWh: MilliWh; endShare: number; beyondTargetMilliWh: MilliWh } | null;
  /** Still charging in the last so many slots (a warm battery at departure); 0: as is cheapest. */
  finishLateSlots: number;
  /** Power that stays offered and drawn once the target is reached; 0: nothing. */
  holdW: number;
  /** Slots in which the plan in force charges, for ties; null without one. */
  previous: ReadonlySet<number> | null;
};

export type ChargerPlan = {
  energies: MilliWh[];
  /** Energy drawn after the target was reached, per slot. */
  holdEnergies: MilliWh[];
  starts: number;
  servedMilliWh: MilliWh;
  unservedMilliWh: MilliWh;
  /** Slots of `finishLateSlots` that could be had. */
  finishedLateSlots: number;
  /** Energy, starts and hold, EUR 1e-11. */
  cost: bigint;
  /**
   * No plan that serves as much, in whatever steps, costs less than this; cost − bound is the
   * proven gap.
   */
  lowerBound: bigint;
  gap: bigint;
};

/** Energy of one ampere on each phase in a quarter at 230 V: 57,500 milli-Wh per phase. */
export function quantumOf(phases: 1 | 3): MilliWh {
  return phases * 57_500;
}

/**
 * planCharger plans one session for what chargers and cars can really do: nothing or between a
 * least
 * and a highest power per slot, few starts, a least time on, taper, one block, finishing late,
 * holding.
 * Exact on the grid of `quantumMilliWh`: energy served first, then cost, then fewer starts, then
 * the
 * previous plan, then earliest. The law, what the grid costs and a drawing: charger-dp.md.
 * Never fails on a wish that cannot be met: what is missing is in `unservedMilliWh`.
 * @throws {ChargerProofError} where the result breaks a rule it should keep: a bug.
 */
export function planCharger(slots: readonly ChargerSlot[], car: ChargerCar): ChargerPlan {
  const grid = gridOf(slots, car);
  const solved = grid.need === 0 ? null : solve(grid, car);
  const steps = solved?.steps ?? new Int32Array(slots.length);
  const energies = Array.from(steps, (count) => count * car.quantumMilliWh);
  trim(slots, energies, car);
  const servedMilliWh = energies.reduce((sum, energy) => sum + energy, 0);
  const starts = startsOf(energies, car.isOn);
  const holdEnergies = heldAfter({
    slots,
    energies,
    car,
    isDone: servedMilliWh >= car.needMilliWh,
  });
  const spent = [...energies, ...holdEnergies].reduce(
    (sum, energy, index) => sum + costExact(energy, slots[index % slots.length]?.priceTicks ?? 0),
    0n,
  );
  const plan: ChargerPlan = {
    energies,
    holdEnergies,
    starts,
    servedMilliWh,
    unservedMilliWh: Math.max(0, car.needMilliWh - servedMilliWh),
    finishedLateSlots: solved?.lateSlots ?? 0,
    cost: spent + BigInt(starts) * BigInt(car.startCostExact),
    lowerBound: boundOf(slots, servedMilliWh, car),
    gap: 0n,
  };
  plan.gap = plan.cost - plan.lowerBound;
  checkCharger(slots, car, plan);
  return plan;
}

function gridOf(slots: readonly ChargerSlot[], car: ChargerCar): ChargerGrid {
  const quantum = car.quantumMilliWh;
  // Rounded up: the last step is cut to what is wanted, so that no need is left for rounding's
  // sake.
  const need = Math.ceil(Math.max(0, car.needMilliWh) / quantum);
  const holdFrom = new Float64Array(slots.length + 1);
  for (let slot = slots.length - 1; slot >= 0; slot -= 1) {
    holdFrom[slot] =
      (holdFrom[slot + 1] ?? 0) + (slots[slot]?.priceTicks ?? 0) * heldIn(slots[slot], car);
  }
  const tapers = new Map<number, Int32Array>();
  return {
    need,
    least: Int32Array.from(slots, (slot) => Math.max(1, Math.ceil(slot.leastMilliWh / quantum))),
    most: Int32Array.from(slots, (slot) => Math.floor(slot.capacityMilliWh / quantum)),
    price: Float64Array.from(slots, (slot) => slot.priceTicks * quantum),
    taper: slots.map((slot) => {
      const known = tapers.get(slot.capacityMilliWh) ?? taperOf(car, need, slot.capacityMilliWh);
      tapers.set(slot.capacityMilliWh, known);
      return known;
    }),
    starts: Math.max(0, Math.min(car.mostStarts, (slots.length + 1) >> 1)),
    startCost: car.startCostExact,
    leastOn: Math.max(1, car.leastOnSlots),
    isOn: car.isOn,
    mustFrom: slots.length,
    holdFrom,
    atEnd: onlyLeft(need, 0),
  };
}

/**
 * Steps a car takes in a slot by what is missing. It grows by at most one per step missing, so that
 * the table's window only moves forward; a real taper is far flatter than that.
 */
function taperOf(car: ChargerCar, need: number, capacityMilliWh: MilliWh): Int32Array {
  const steps = new Int32Array(need + 1);
  for (let left = 1; left <= need; left += 1) {
    steps[left] = Math.min((steps[left - 1] ?? 0) + 1, tapered(car, left, capacityMilliWh));
  }
  return steps;
}

function tapered(car: ChargerCar, left: number, capacityMilliWh: MilliWh): number {
  if (car.taper === null) return left;
  const { belowMilliWh, endShare, beyondTargetMilliWh } = car.taper;
  const toFull = left * car.quantumMilliWh + beyondTargetMilliWh;
  const share = toFull >= belowMilliWh ? 1 : endShare + ((1 - endShare) * toFull) / belowMilliWh;
  return Math.max(1, Math.floor((share * capacityMilliWh) / car.quantumMilliWh));
}

/** atEnd that accepts exactly `left` missing steps. */
function onlyLeft(need: number, left: number): Float64Array {
  const atEnd = new Float64Array(need + 1).fill(Number.POSITIVE_INFINITY);
  atEnd[left] = 0;
  return atEnd;
}

/** Energy first: the least that must stay missing is found only where serving all is impossible. */
function solve(grid: ChargerGrid, car: ChargerCar): { steps: Int32Array; lateSlots: number } {
  const slots = grid.most.length;
  for (let late = Math.min(car.finishLateSlots, slots); late >= 0; late -= 1) {
    const table = chargerTable({ ...grid, mustFrom: slots - late });
    const { cost, starts } = bestOf(table);
    if (cost < Number.POSITIVE_INFINITY) {
      return { steps: traceCharger(table, starts, car.previous), lateSlots: late };
    }
  }
  const counting = {
    ...grid,
    startCost: 0,
    price: new Float64Array(slots),
    holdFrom: new Float64Array(slots + 1),
    atEnd: Float64Array.from({ length: grid.need + 1 }, (_, left) => left),
  };
  const missing = bestOf(chargerTable(counting)).cost;
  const table = chargerTable({ ...grid, atEnd: onlyLeft(grid.need, missing) });
  return { steps: traceCharger(table, bestOf(table).starts, car.previous), lateSlots: 0 };
}

/**
 * Takes what the last step is too much from the dearest slot that can spare it, else from the
 * last.
 */
function trim(slots: readonly ChargerSlot[], energies: MilliWh[], car: ChargerCar): void {
  const extra = energies.reduce((sum, energy) => sum + energy, 0) - car.needMilliWh;
  if (extra <= 0) return;
  const last = energies.findLastIndex((energy) => energy > 0);
  let best = last;
  for (const [index, slot] of slots.entries()) {
    const spares =
      (energies[index] ?? 0) - extra >= slot.leastMilliWh && (energies[index] ?? 0) > extra;
    if (spares && slot.priceTicks > (slots[best]?.priceTicks ?? 0)) best = index;
  }
  energies[best] = (energies[best] ?? 0) - extra;
}

function startsOf(energies: readonly MilliWh[], isOn: boolean): number {
  return energies.filter(
    (energy, index) => energy > 0 && (index === 0 ? !isOn : (energies[index - 1] ?? 0) === 0),
  ).length;
}

function heldIn(slot: ChargerSlot | undefined, car: ChargerCar): MilliWh {
  if (slot === undefined) return 0;
  return Math.min(slot.capacityMilliWh, Math.floor((car.holdW * slot.seconds * 10) / 36));
}

function heldAfter(args: {
  slots: readonly ChargerSlot[];
  energies: readonly MilliWh[];
  car: ChargerCar;
  isDone: boolean;
}): MilliWh[] {
  const { slots, energies, car } = args;
  const last = args.isDone ? energies.findLastIndex((energy) => energy > 0) : -1;
  return slots.map((slot, index) => (last >= 0 && index > last ? heldIn(slot, car) : 0));
}

/** The linear relaxation: any power, any number of starts beyond the first, which is needed. */
function boundOf(slots: readonly ChargerSlot[], servedMilliWh: MilliWh, car: ChargerCar): bigint {
  const energy = cheapestSlots(slots, servedMilliWh).reduce(
    (sum, part, index) => sum + costExact(part, slots[index]?.priceTicks ?? 0),
    0n,
  );
  const isFree = car.isOn || servedMilliWh === 0;
  return energy + (isFree ? 0n : BigInt(car.startCostExact)) + heldBound(slots, car, servedMilliWh);
}

/** Holding costs at least the cheapest tail of slots that can follow the end of charging. */
function heldBound(slots: readonly ChargerSlot[], car: ChargerCar, servedMilliWh: MilliWh): bigint {
  if (car.holdW === 0 || servedMilliWh < car.needMilliWh || car.needMilliWh <= 0) return 0n;
  let tail = 0n;
  let least = 0n;
  for (const slot of slots.slice(1).toReversed()) {
    tail += costExact(heldIn(slot, car), slot.priceTicks);
    if (tail < least) least = tail;
  }
  return least;
}
