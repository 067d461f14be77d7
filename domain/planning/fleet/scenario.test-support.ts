import type { FleetProblem } from './fleet.ts';

/** mulberry32: a small seeded generator of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Tariff = 'quarterly' | 'hourly' | 'flat' | 'negative';

function priceOf(tariff: Tariff, share: number, noise: number): number {
  if (tariff === 'flat') return 9_000;
  const day = 9_000 + 4_000 * Math.sin(share * 4 * Math.PI + 1) + 2_500 * Math.sin(share * 2 * Math.PI);
  const base = tariff === 'negative' ? day - 9_500 : day;
  return Math.round(base + 1_200 * (noise - 0.5));
}

/** Street charging over a day: evening arrivals, stays of some nine hours, 3.7 to 22 kW, 5 to 50 kWh. */
export function street(args: { sessions: number; slots: number; seed: number; tariff: Tariff }): FleetProblem {
  const { sessions: n, slots, seed, tariff } = args;
  const next = seeded(seed);
  const priceTicks = new Int32Array(slots);
  for (let slot = 0; slot < slots; slot++) {
    const isNew = tariff !== 'hourly' || slot % 4 === 0;
    priceTicks[slot] = isNew ? priceOf(tariff, slot / slots, next()) : priceTicks[slot - 1] ?? 0;
  }
  const make = () => new Int32Array(n);
  const [from, until, needWh, wholeWh, firstWh, lastWh] = [make(), make(), make(), make(), make(), make()];
  const powers = [3_680, 7_360, 11_040, 11_040, 11_040, 22_080];
  for (let i = 0; i < n; i++) {
    const start = Math.min(slots - 2, Math.floor(slots * Math.min(0.95, Math.max(0, (next() + next() + next()) / 3 * 1.1 - 0.15))));
    const width = 2 + Math.floor((next() + next()) * 36);
    from[i] = start;
    until[i] = Math.min(slots, start + width);
    const powerW = powers[Math.floor(next() * powers.length)] ?? 11_040;
    wholeWh[i] = powerW / 4;
    firstWh[i] = Math.floor(powerW * (0.1 + 0.9 * next()) / 4);
    lastWh[i] = Math.floor(powerW * (0.1 + 0.9 * next()) / 4);
    const inner = Math.max(0, (until[i] ?? 0) - start - 2) * powerW / 4;
    needWh[i] = Math.floor(Math.min(5_000 + 45_000 * next(), inner * 0.9 + 1));
  }
  return {
    slots, priceTicks, sessions: n, from, until, needWh, power: { kind: 'constant', wholeWh, firstWh, lastWh },
    limits: { parent: new Int32Array(0), capWh: [], nodeOf: new Int32Array(n).fill(-1) },
  };
}
