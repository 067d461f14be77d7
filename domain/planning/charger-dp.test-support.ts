import fc from 'fast-check';
import type { Highs } from 'highs';
import type { ChargerCar, ChargerSlot } from './charger-dp.ts';

/** Energy step of the small instances: prices and energies stay readable. */
export const Q = 10;

export const plainCar: ChargerCar = {
  needMilliWh: 0,
  quantumMilliWh: Q,
  mostStarts: 3,
  startCostExact: 0,
  leastOnSlots: 1,
  isOn: false,
  taper: null,
  finishLateSlots: 0,
  holdW: 0,
  previous: null,
};

export type SmallCase = { slots: ChargerSlot[]; car: ChargerCar };

/** Instances small enough to try everything: up to `most` slots with 0…`power` steps each. */
export function smallCase(most: number, power: number): fc.Arbitrary<SmallCase> {
  const slot = fc.record({
    most: fc.integer({ min: 0, max: power }),
    least: fc.integer({ min: 1, max: 3 }),
    priceTicks: fc.integer({ min: -9, max: 20 }),
  });
  return fc
    .record({
      slots: fc.array(slot, { minLength: 1, maxLength: most }),
      need: fc.integer({ min: 1, max: most * 2 }),
      mostStarts: fc.integer({ min: 0, max: 3 }),
      startCost: fc.integer({ min: 0, max: 30 }),
      leastOnSlots: fc.integer({ min: 1, max: 3 }),
      isOn: fc.boolean(),
    })
    .map((drawn) => ({
      slots: drawn.slots.map((part) => ({
        seconds: 900,
        capacityMilliWh: part.most * Q,
        leastMilliWh: part.least * Q,
        priceTicks: part.priceTicks,
      })),
      car: {
        ...plainCar,
        needMilliWh: drawn.need * Q,
        mostStarts: drawn.mostStarts,
        startCostExact: drawn.startCost * Q,
        leastOnSlots: drawn.leastOnSlots,
        isOn: drawn.isOn,
      },
    }));
}

/**
 * milpOf writes the rules as a mixed-integer program in LP format. x energy steps, y on, s start,
 * z done within the slot (it may then take less than the least), d done before the slot, u
 * unserved.
 */
function milpOf({ slots, car }: SmallCase): string {
  const need = Math.ceil(car.needMilliWh / Q);
  const rows: string[] = [];
  const at = (name: string) => slots.map((_, t) => `${name}${t}`);
  const before = (t: number) => slots.slice(0, t).map((_, s) => `x${s}`);
  rows.push(
    `${at('x').join(' + ')} + u = ${need}`,
    `u + ${at('z')
      .map((z) => `${need} ${z}`)
      .join(' + ')} <= ${need}`,
  );
  rows.push(`${at('s').join(' + ')} <= ${car.mostStarts}`, `${at('z').join(' + ')} <= 1`);
  for (const [t, slot] of slots.entries()) {
    const most = Math.floor(slot.capacityMilliWh / Q);
    const least = Math.ceil(slot.leastMilliWh / Q);
    rows.push(
      `x${t} - ${most} y${t} <= 0`,
      `x${t} - ${least} y${t} + ${least} z${t} >= 0`,
      `x${t} - y${t} >= 0`,
    );
    if (least > most) rows.push(`y${t} <= 0`);
    rows.push(`z${t} - y${t} <= 0`);
    const was = t === 0 ? '' : ` - y${t - 1}`;
    const wasOn = t === 0 && car.isOn ? 1 : 0;
    rows.push(`y${t}${was} - s${t} <= ${wasOn}`, `s${t} - y${t} <= 0`);
    rows.push(t === 0 ? `s0 <= ${1 - wasOn}` : `s${t} + y${t - 1} <= 1`);
    if (t > 0)
      rows.push(
        `${slots
          .slice(0, t)
          .map((_, s) => `z${s}`)
          .join(' + ')} + y${t} <= 1`,
      );
    rows.push(t === 0 ? 'd0 <= 0' : `${need} d${t} - ${before(t).join(' - ')} <= 0`);
    for (let later = t + 1; later < Math.min(slots.length, t + car.leastOnSlots); later += 1) {
      rows.push(`y${later} - s${t} + d${later} >= 0`);
    }
  }
  const cost = slots.map(
    (slot, t) => `${slot.priceTicks < 0 ? '-' : '+'} ${Math.abs(slot.priceTicks)} x${t}`,
  );
  const start = at('s').map((s) => `+ ${car.startCostExact / Q} ${s}`);
  const whole = [...at('x'), 'u'].map((name) => `0 <= ${name} <= ${need}`);
  return [
    'Minimize',
    ` obj: ${['100000 u', ...cost, ...start].join(' ')}`,
    'Subject To',
    ...rows.map((row, index) => ` r${index}: ${row}`),
    'Bounds',
    ...whole.map((row) => ` ${row}`),
    'General',
    ` ${[...at('x'), 'u'].join(' ')}`,
    'Binary',
    ` ${['y', 's', 'z', 'd'].flatMap(at).join(' ')}`,
    'End',
  ].join('\n');
}

/** solveMilp asks HiGHS: steps unserved, and cost in price × step. */
export function solveMilp(highs: Highs, small: SmallCase): { unserved: number; cost: number } {
  const solution = highs.solve(milpOf(small), { mip_rel_gap: 0, output_flag: false });
  if (solution.Status !== 'Optimal') throw new Error(`HiGHS says ${solution.Status}`);
  // HiGHS may answer −0.
  const unserved = Math.abs(Math.round(Number(solution.Columns['u']?.Primal)));
  return { unserved, cost: Math.round(solution.ObjectiveValue) - 100_000 * unserved };
}

/**
 * bestByTrying lists every plan and judges it by the rules in words: least missing, then least
 * cost.
 * @param most steps that the car takes in a slot when `left` are missing.
 */
export function bestByTrying(
  { slots, car }: SmallCase,
  most: (slot: ChargerSlot, left: number) => number,
): { unserved: number; cost: number } {
  const need = Math.ceil(car.needMilliWh / Q);
  let best = { unserved: Number.POSITIVE_INFINITY, cost: Number.POSITIVE_INFINITY };
  const hold = slots.map(
    (slot) => Math.min(slot.capacityMilliWh, Math.floor((car.holdW * slot.seconds * 10) / 36)) / Q,
  );
  const late = slots.length - car.finishLateSlots;
  const walk = (
    t: number,
    state: { left: number; run: number; starts: number; cost: number },
  ): void => {
    const slot = slots[t];
    const { left, run, starts } = state;
    if (left === 0 || slot === undefined) {
      if (left === 0 && t < slots.length && car.finishLateSlots > 0) return;
      const held =
        left > 0
          ? 0
          : slots.slice(t).reduce((sum, s, i) => sum + s.priceTicks * (hold[t + i] ?? 0), 0);
      const cost = state.cost + held;
      if (left < best.unserved || (left === best.unserved && cost < best.cost))
        best = { unserved: left, cost };
      return;
    }
    if ((run === 0 || run >= car.leastOnSlots) && t < late) walk(t + 1, { ...state, run: 0 });
    const isStart = run === 0;
    const room = Math.floor(slot.capacityMilliWh / Q);
    const least = Math.max(1, Math.ceil(slot.leastMilliWh / Q));
    if ((isStart && starts >= car.mostStarts) || room < 1 || least > room) return;
    const top = Math.min(room, most(slot, left), left);
    for (let x = Math.min(least, top); x <= top; x += 1) {
      const start = isStart ? car.startCostExact / Q : 0;
      walk(t + 1, {
        left: left - x,
        run: run + 1,
        starts: starts + (isStart ? 1 : 0),
        cost: state.cost + start + x * slot.priceTicks,
      });
    }
  };
  walk(0, { left: need, run: car.isOn ? car.leastOnSlots : 0, starts: 0, cost: 0 });
  return best;
}
