import type { Tx } from '../db/client.ts';

/** A station as authenticated: what every write on its behalf needs. */
export type StationIdentity = { id: string; tenantId: number; locationId: string };

export type StationEvent = {
  station: StationIdentity;
  evseId: number | null;
  kind: string;
  severity: 'INFO' | 'WARNING' | 'SECURITY';
  data: object;
  happenedAt: Date;
  receivedAt: Date;
};

/** recordEvent appends what a person may want to know of a station. */
export async function recordEvent(tx: Tx, event: StationEvent): Promise<void> {
  const { station } = event;
  await tx.$executeRaw`
    INSERT INTO station_event
      (tenant_id, station_id, evse_id, kind, severity, data, happened_at, received_at)
    VALUES (${station.tenantId}, ${station.id}, ${event.evseId}, ${event.kind}, ${event.severity},
      ${JSON.stringify(event.data)}::jsonb, ${event.happenedAt.toISOString()}::timestamptz,
      ${event.receivedAt.toISOString()}::timestamptz)`;
}

/** parkMessage keeps a message whose transaction is unknown, for a person or a later message to solve. */
export async function parkMessage(
  tx: Tx,
  parked: {
    station: StationIdentity;
    action: string;
    payload: object;
    reason: string;
    receivedAt: Date;
  },
): Promise<void> {
  const { station } = parked;
  await tx.$executeRaw`
    INSERT INTO parked_message (tenant_id, station_id, action, payload, reason, received_at)
    VALUES (${station.tenantId}, ${station.id}, ${parked.action}, ${JSON.stringify(parked.payload)}::jsonb,
      ${parked.reason}, ${parked.receivedAt.toISOString()}::timestamptz)`;
}

export type StationRow = StationIdentity & {
  keyHash: Uint8Array;
  isDisabled: boolean;
  hasBooted: boolean;
};

export async function findStation(tx: Tx, id: string): Promise<StationRow | null> {
  const row = await tx.chargingStation.findUnique({
    where: { id },
    select: {
      id: true,
      tenantId: true,
      locationId: true,
      keyHash: true,
      disabledAt: true,
      lastBootAt: true,
    },
  });
  if (row === null) return null;
  const { disabledAt, lastBootAt, ...identity } = row;
  return { ...identity, isDisabled: disabledAt !== null, hasBooted: lastBootAt !== null };
}

/** The station's connection as last recorded; `node` is null where it is closed. */
export type SeenConnection = { epoch: bigint; node: string | null };

export async function seenConnection(tx: Tx, stationId: string): Promise<SeenConnection | null> {
  const row = await tx.connection.findUnique({ where: { stationId } });
  return row === null ? null : { epoch: row.epoch, node: row.closedAt === null ? row.node : null };
}

/**
 * openConnection takes the station's one connection over; the epoch it returns fences the writes of
 * whoever held it before, if anybody still does.
 * @returns null where it is not as it was seen any more: another newcomer was faster.
 */
export async function openConnection(
  tx: Tx,
  opened: {
    station: StationIdentity;
    node: string;
    protocol: string;
    remoteAddress: string;
    at: Date;
    seen: SeenConnection | null;
  },
): Promise<bigint | null> {
  const { station } = opened;
  const at = opened.at.toISOString();
  const rows = await tx.$queryRaw<{ epoch: bigint }[]>`
    INSERT INTO connection (station_id, tenant_id, node, protocol, remote_address, connected_at)
    VALUES (${station.id}, ${station.tenantId}, ${opened.node}, ${opened.protocol},
      ${opened.remoteAddress}, ${at}::timestamptz)
    ON CONFLICT (station_id) DO UPDATE SET
      epoch = connection.epoch + 1, node = excluded.node, protocol = excluded.protocol,
      remote_address = excluded.remote_address, connected_at = excluded.connected_at, closed_at = NULL
    WHERE connection.epoch = ${opened.seen?.epoch ?? null}::bigint
    RETURNING epoch`;
  const [row] = rows;
  if (row === undefined) return null;
  await tx.$executeRaw`
    UPDATE charging_station SET protocol = ${opened.protocol}, last_seen_at = ${at}::timestamptz
    WHERE id = ${station.id}`;
  return row.epoch;
}

export async function closeConnection(
  tx: Tx,
  closed: { stationId: string; epoch: bigint; at: Date },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE connection SET closed_at = ${closed.at.toISOString()}::timestamptz
    WHERE station_id = ${closed.stationId} AND epoch = ${closed.epoch}`;
}

/** endConnection ends a station's connection, whichever gateway holds it: nothing it brings counts. */
export async function endConnection(tx: Tx, stationId: string, at: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE connection SET epoch = epoch + 1, closed_at = ${at.toISOString()}::timestamptz
    WHERE station_id = ${stationId} AND closed_at IS NULL`;
}

/** currentEpochs are those of the stations' connections, by which a gateway knows which are over. */
export async function currentEpochs(
  tx: Tx,
  stationIds: readonly string[],
): Promise<Map<string, bigint>> {
  const rows = await tx.$queryRaw<{ id: string; epoch: bigint }[]>`
    SELECT station_id AS id, epoch FROM connection WHERE station_id = ANY(${[...stationIds]}::text[])`;
  return new Map(rows.map(({ id, epoch }) => [id, epoch]));
}

/** closeConnectionsOf closes all connections of one gateway. @returns the open stays on their stations. */
export async function closeConnectionsOf(tx: Tx, node: string, at: Date): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH closed AS (
      UPDATE connection SET closed_at = ${at.toISOString()}::timestamptz
      WHERE node = ${node} AND closed_at IS NULL RETURNING station_id)
    SELECT s.id::text AS id FROM session s JOIN closed c ON c.station_id = s.station_id
    WHERE s.state = 'OPEN'`;
  return rows.map((row) => row.id);
}

/** touchStations notes that these stations spoke, in one statement. */
export async function touchStations(
  tx: Tx,
  stationIds: readonly string[],
  at: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE charging_station SET last_seen_at = ${at.toISOString()}::timestamptz
    WHERE id = ANY(${[...stationIds]}::text[])`;
}
