import type { InstantS } from '../time/instant.ts';

/** What one connector last said of itself. */
export type ConnectorStatus = { status: string; errorCode: string | null; statusAt: InstantS };

/** What an EVSE is as a whole. `isFreed`: this report left no car at it. */
export type EvseStatus = ConnectorStatus & { isFreed: boolean };

/** A car is or may be there; one EVSE charges at one of its connectors at a time. */
const IN_USE = new Set([
  'Preparing',
  'Charging',
  'SuspendedEV',
  'SuspendedEVSE',
  'Finishing',
  'Occupied',
  'Reserved',
]);
/** Which connector speaks for the EVSE: one in use, then one with a fault; a free one comes last. */
const ORDER = ['Faulted', 'Unavailable', 'Available'];

function rank({ status }: ConnectorStatus): number {
  return IN_USE.has(status) ? -1 : ORDER.indexOf(status);
}

/**
 * evseStatus is what the connectors of an EVSE amount to: Available only if all of them are. A
 * second connector that is out of order does not keep a car that has left: the EVSE is freed by a
 * connector that `reported` Available while none is in use.
 */
export function evseStatus(
  connectors: readonly ConnectorStatus[],
  reported: ConnectorStatus,
): EvseStatus {
  const [first = reported] = connectors.toSorted(
    (a, b) => rank(a) - rank(b) || b.statusAt - a.statusAt,
  );
  const isInUse = connectors.some(({ status }) => IN_USE.has(status));
  return { ...first, isFreed: reported.status === 'Available' && !isInUse };
}
