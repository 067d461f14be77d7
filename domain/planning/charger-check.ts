import type { ChargerCar, ChargerPlan, ChargerSlot } from './charger-dp.ts';

/**
 * A plan for a real charger breaks one of its own rules: a bug of the planner, never of the wish.
 */
export class ChargerProofError extends Error {
  override readonly name = 'ChargerProofError';
}

/**
 * checkCharger holds a finished plan against every rule it claims to keep, from the energies alone.
 * @throws {ChargerProofError} naming the rule.
 */
export function checkCharger(
  slots: readonly ChargerSlot[],
  car: ChargerCar,
  plan: ChargerPlan,
): void {
  const { energies } = plan;
  const last = energies.findLastIndex((energy) => energy > 0);
  let left = car.needMilliWh;
  for (const [index, energy] of energies.entries()) {
    const slot = slots[index];
    if (slot === undefined || energy < 0 || energy > slot.capacityMilliWh)
      fail(`slot ${index} exceeds its limit`);
    // A car that takes less than its least power is nearly full, or done within the slot.
    if (energy > 0 && energy < slot.leastMilliWh && index !== last && car.taper === null) {
      fail(`slot ${index} charges below the least power`);
    }
    left -= energy;
  }
  if (left < 0) fail('it serves more than is needed');
  if (plan.starts > car.mostStarts) fail('it starts too often');
  if (plan.servedMilliWh + plan.unservedMilliWh !== Math.max(0, car.needMilliWh))
    fail('energy is lost');
  if (plan.gap < 0n) fail('it costs less than is possible');
  checkRuns(car, plan, last);
}

function checkRuns(car: ChargerCar, plan: ChargerPlan, last: number): void {
  let run = car.isOn ? car.leastOnSlots : 0;
  for (const [index, energy] of plan.energies.entries()) {
    if (energy > 0) run += 1;
    else if (run > 0) {
      const isDone = index > last && plan.unservedMilliWh === 0;
      if (run < car.leastOnSlots && !isDone) fail(`it stops too early in slot ${index}`);
      run = 0;
    }
  }
}

function fail(rule: string): never {
  throw new ChargerProofError(`The plan breaks a rule: ${rule}.`);
}
