import type { FleetProblem } from './fleet.ts';

/** Every `stride`-th stay of the problem under its share of the limit (whole Wh, rounded up). */
export function sampleOf(problem: FleetProblem, stride: number): FleetProblem {
  const { sessions, power, limits, slots } = problem;
  const n = Math.floor(sessions / stride);
  const pick = (array: Int32Array) => {
    const part = new Int32Array(n);
    for (let i = 0; i < n; i++) part[i] = array[i * stride + (stride >> 1)] as number;
    return part;
  };
  const share = n / sessions;
  const caps = limits.capWh.map((cap) => (cap === null ? null : cap.subarray(0, slots).map((wh) => Math.ceil(wh * share))));
  return {
    slots, priceTicks: problem.priceTicks, sessions: n, from: pick(problem.from), until: pick(problem.until),
    needWh: pick(problem.needWh),
    power: power.kind === 'constant'
      ? { kind: 'constant', wholeWh: pick(power.wholeWh), firstWh: pick(power.firstWh), lastWh: pick(power.lastWh) }
      : { kind: 'perSlot', offset: pick(power.offset), capWh: power.capWh },
    limits: { parent: limits.parent, capWh: caps, nodeOf: new Int32Array(n) },
  };
}
