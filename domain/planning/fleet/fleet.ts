/**
 * The fleet problem: many stays, slots with one price for all, and limits above the stays.
 * Energy is whole Wh, prices are ticks of EUR 0.01/MWh, cost is Wh × ticks (EUR 1e-8) in bigint.
 * Slot t of stay i is open where `from[i] <= t < until[i]`; a slot's meaning in time is the caller's.
 */
export type FleetPower =
  | {
      readonly kind: 'constant';
      /** Wh that fit into a whole slot, and into the window's first and last one. */
      readonly wholeWh: Int32Array;
      readonly firstWh: Int32Array;
      readonly lastWh: Int32Array;
    }
  | {
      readonly kind: 'perSlot';
      /** Slot t of stay i holds at most `capWh[offset[i] + t - from[i]]`. */
      readonly offset: Int32Array;
      readonly capWh: Int32Array;
    };

/** A forest of limits: `parent` is -1 at a root; children may come before or after their parents. */
export interface FleetLimits {
  readonly parent: Int32Array;
  /** Wh per slot; null where the node limits nothing. */
  readonly capWh: readonly (Int32Array | null)[];
  /** The node nearest to each stay; -1 where nothing limits it. */
  readonly nodeOf: Int32Array;
}

/** Energy per stay and slot, slots of a stay ascending: stay i owns [offset[i], offset[i + 1]). */
export interface SparseEnergy {
  readonly offset: Int32Array;
  readonly slot: Int32Array;
  readonly energyWh: Int32Array;
}

export interface FleetProblem {
  readonly slots: number;
  readonly priceTicks: Int32Array;
  readonly sessions: number;
  readonly from: Int32Array;
  readonly until: Int32Array;
  readonly needWh: Int32Array;
  /** Part of `needWh` that comes before anybody's further energy. */
  readonly minWh?: Int32Array;
  /** What the stay got already; a shortage is shared on the sum. */
  readonly receivedWh?: Int32Array;
  readonly power: FleetPower;
  readonly limits: FleetLimits;
  /** The plan in force: among equally good plans the one nearest to it wins. */
  readonly previous?: SparseEnergy;
}

/** Why energy is unserved: bits of `FleetPlan.reason`. */
export const SERVED = 0;
/** The stay's own window and power cannot hold its wish. */
export const WINDOW_TOO_SMALL = 1;
/** A limit above it is full; `blockedBy` names the nearest full one. */
export const LIMIT_FULL = 2;

/** One bound of the proof: lexicographically (unserved Wh, cost in Wh × ticks). */
export interface LexValue {
  readonly unservedWh: number;
  readonly cost: bigint;
}

export interface FleetCertificate {
  readonly primal: LexValue;
  readonly dual: LexValue;
  /** Always 0n: a solve whose bounds differ throws instead. */
  readonly gap: bigint;
}

export interface FleetDuals {
  /** `[node × slots + slot]`: ticks by which one more Wh of the limit lowers the cost; negative possible with `serves`. */
  readonly ticks: Int32Array;
  /** 1 where one more Wh of the limit would serve a Wh that nobody gets now. */
  readonly serves: Uint8Array;
}

export interface FleetPlan {
  readonly energy: SparseEnergy;
  readonly servedWh: Int32Array;
  readonly unservedWh: Int32Array;
  readonly reason: Uint8Array;
  /** Limit node that keeps the stay from more, -1 where none does. */
  readonly blockedBy: Int32Array;
  /** Wh × ticks (EUR 1e-8). */
  readonly cost: bigint;
  readonly duals: FleetDuals;
  readonly certificate: FleetCertificate;
}

/** A solve broke its own proof: a bug, never a property of the wishes. The last good plan stays in force. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}
