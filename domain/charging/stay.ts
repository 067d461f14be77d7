import { HOUR_S, type InstantS } from '../time/instant.ts';

/** Transactions of one card at one location nearer than this belong to one stay (settlement rule 2). */
export const SAME_STAY_GAP_S = 4 * HOUR_S;
/** A plug-in seen longer before its start than this is not trusted: it may be another car's. */
export const PLUG_IN_LOOKBACK_S = 15 * 60;
/** A station may report the free connector a little before it reports the end of the transaction. */
const STATUS_ORDER_TOLERANCE_S = 60;

export type FormerStay = {
  sessionId: string;
  isOpen: boolean;
  isSameCard: boolean;
  isSameEvse: boolean;
  plugInAt: InstantS;
  /** End of its last transaction before the start, as far as it is believed; null where none ended. */
  plugOutAt: InstantS | null;
  /** That transaction ended because the cable was drawn. */
  isUnplugged: boolean;
};

/** What the connector last said of itself; nulls where it never did. */
export type ConnectorHistory = {
  status: string | null;
  statusAt: InstantS | null;
  availableAt: InstantS | null;
  /** Since when the station is connected without a break; what it says of itself reached us since. */
  connectedAt: InstantS | null;
};

/**
 * chooseStay finds the stay that a starting transaction goes on with: of the same card less than
 * 4 h after its end at the same location, or of any card on this connector where it reported itself
 * since and never became Available, unless its cable was seen to be drawn or the station was away: its
 * car may have left meanwhile, for stations do not queue their statuses. A stay that still charges
 * elsewhere, or did at the start, is another car's.
 * @returns its session's id, or null for a new stay.
 */
export function chooseStay(args: {
  startAt: InstantS;
  former: readonly FormerStay[];
  connector: ConnectorHistory;
}): string | null {
  const { startAt, connector } = args;
  const ended = args.former
    .filter((stay) => !stay.isOpen && hadEnded(stay, startAt))
    .toSorted((a, b) => (b.plugOutAt ?? 0) - (a.plugOutAt ?? 0));
  const kept = ended.find((stay) => stay.isSameEvse && neverFreed(stay, connector));
  if (kept !== undefined) return kept.sessionId;
  const sameCard = ended.find(
    (stay) => stay.isSameCard && startAt - (stay.plugOutAt ?? 0) < SAME_STAY_GAP_S,
  );
  return sameCard?.sessionId ?? null;
}

/** A stay that ends after a start is no former one of it: two cars charged, or a clock was wrong. */
function hadEnded(stay: FormerStay, startAt: InstantS): boolean {
  if (stay.plugOutAt === null || stay.plugInAt > startAt) return false;
  return stay.plugOutAt - STATUS_ORDER_TOLERANCE_S <= startAt;
}

/** Silence proves nothing: a connector that has not reported since the stay began counts as freed. */
function neverFreed(stay: FormerStay, connector: ConnectorHistory): boolean {
  if (stay.isUnplugged || stay.plugOutAt === null || connector.statusAt === null) return false;
  if (connector.statusAt < stay.plugInAt || connector.status === 'Available') return false;
  if (connector.connectedAt === null || connector.connectedAt > stay.plugOutAt) return false;
  const freedAfter = stay.plugOutAt - STATUS_ORDER_TOLERANCE_S;
  return connector.availableAt === null || connector.availableAt < freedAfter;
}

const CAR_PRESENT = new Set(['Preparing', 'Occupied', 'SuspendedEV', 'SuspendedEVSE']);

/**
 * plugInAt is the earlier of the start and the last report of a car at the connector, up to 15 min
 * before the start. What was reported before the last stay here ended was said of that stay's car.
 */
export function plugInAt(
  startAt: InstantS,
  connector: ConnectorHistory,
  former: readonly FormerStay[],
): InstantS {
  const { status, statusAt } = connector;
  if (status === null || statusAt === null || !CAR_PRESENT.has(status)) return startAt;
  const isOfFormer = former.some(
    ({ isSameEvse, plugOutAt: endedAt }) => isSameEvse && (endedAt === null || statusAt < endedAt),
  );
  if (isOfFormer) return startAt;
  return statusAt < startAt && startAt - statusAt <= PLUG_IN_LOOKBACK_S ? statusAt : startAt;
}
