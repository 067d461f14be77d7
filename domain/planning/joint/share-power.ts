import { AMPERE_W } from './tree.ts';

/** What a session wants of a slot, in load watts. */
export type Demand = {
  session: number;
  path: readonly number[];
  /** Less than this is of no use to it (6 A, or one step more where it charges already). */
  leastW: number;
  mostW: number;
  /** Who has less comes first where not all find a place. */
  rank: number;
};

/**
 * sharePower shares a slot's room max-min fair in whole amperes: those who can be served at all, the
 * lowest rank first, get their least; then all rise together, each until it has its most or a limit
 * above it is full.
 * @param room watts left per limit; reduced in place.
 * @returns load watts per demand, 0 for those without a place.
 */
export function sharePower(demands: readonly Demand[], room: Float64Array): number[] {
  const given = demands.map(() => 0);
  const take = (index: number, watt: number): boolean => {
    const path = demands[index]?.path ?? [];
    if (watt <= 0 || path.some((node) => (room[node] ?? 0) < watt)) return false;
    for (const node of path) room[node] = (room[node] ?? 0) - watt;
    given[index] = (given[index] ?? 0) + watt;
    return true;
  };
  const order = demands.map((_, index) => index)
    .sort((a, b) => (demands[a]?.rank ?? 0) - (demands[b]?.rank ?? 0) || a - b);
  let rising = order.filter((index) => {
    const demand = demands[index];
    return demand !== undefined && demand.mostW >= demand.leastW && take(index, demand.leastW);
  });
  while (rising.length > 0) {
    rising = rising.filter((index) => {
      const left = (demands[index]?.mostW ?? 0) - (given[index] ?? 0);
      return left >= AMPERE_W && take(index, AMPERE_W);
    });
  }
  return given;
}
