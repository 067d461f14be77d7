import type { ConnectorHistory, FormerStay } from '#domain/charging/stay.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { Tx } from '../db/client.ts';
import type { StationIdentity } from '../fleet/station.store.ts';

/** What the station says of a card, in the words both versions share. */
export type IdTokenStatus = 'Accepted' | 'Blocked' | 'Expired' | 'Invalid';
export type IdTokenRow = { uid: string; status: IdTokenStatus; driverId: string | null };

/** findIdToken compares without case: cards are read in one and typed in another (CiString). */
export async function findIdToken(
  tx: Tx,
  tenantId: number,
  uid: string,
): Promise<IdTokenRow | null> {
  const rows = await tx.$queryRaw<IdTokenRow[]>`
    SELECT uid, status, driver_id::text AS "driverId" FROM id_token
    WHERE tenant_id = ${tenantId} AND lower(uid) = lower(${uid})`;
  return rows[0] ?? null;
}

/**
 * lockEvse makes the EVSE if it is new and holds its row until commit, so that starts, stops and
 * status changes of one EVSE follow each other.
 */
export async function lockEvse(
  tx: Tx,
  station: StationIdentity,
  evseId: number,
): Promise<ConnectorHistory> {
  const rows = await tx.$queryRaw<
    {
      status: string | null;
      status_at: Date | null;
      available_at: Date | null;
      connected_at: Date | null;
    }[]
  >`
    INSERT INTO evse (tenant_id, station_id, evse_id)
    VALUES (${station.tenantId}, ${station.id}, ${evseId})
    ON CONFLICT (station_id, evse_id) DO UPDATE SET evse_id = excluded.evse_id
    RETURNING status, status_at, available_at,
      (SELECT c.connected_at FROM connection c WHERE c.station_id = evse.station_id) AS connected_at`;
  const [row] = rows;
  return {
    status: row?.status ?? null,
    statusAt: row?.status_at ? secondsFromDate(row.status_at) : null,
    availableAt: row?.available_at ? secondsFromDate(row.available_at) : null,
    connectedAt: row?.connected_at ? secondsFromDate(row.connected_at) : null,
  };
}

export type TransactionRow = {
  id: number;
  sessionId: string;
  evseId: number;
  connectorId: number | null;
  ocppId: string;
  idToken: string;
  startedAt: Date;
  startedReceivedAt: Date;
  meterStartMilliWh: bigint;
  state: string;
};

const transactionFields = {
  id: true,
  sessionId: true,
  evseId: true,
  connectorId: true,
  ocppId: true,
  idToken: true,
  startedAt: true,
  startedReceivedAt: true,
  meterStartMilliWh: true,
  state: true,
} as const;

export function findTransaction(
  tx: Tx,
  stationId: string,
  ocppId: string,
): Promise<TransactionRow | null> {
  return tx.transaction.findUnique({
    where: { stationId_ocppId: { stationId, ocppId } },
    select: transactionFields,
  });
}

export function findActiveTransaction(
  tx: Tx,
  stationId: string,
  evseId: number,
): Promise<TransactionRow | null> {
  return tx.transaction.findFirst({
    where: { stationId, evseId, state: 'ACTIVE' },
    select: transactionFields,
  });
}

/** findSameStart finds the transaction that an identical start made before (constraint transaction_start_once). */
export function findSameStart(
  tx: Tx,
  start: {
    stationId: string;
    evseId: number;
    idToken: string;
    startedAt: Date;
    meterStartMilliWh: bigint;
  },
): Promise<TransactionRow | null> {
  const { startedAt, ...exact } = start;
  return tx.transaction.findFirst({ where: { ...exact, startedAt }, select: transactionFields });
}

/** findOpenByCard finds the running transactions of a card on a station: what a stop without an id may mean. */
export async function findOpenByCard(
  tx: Tx,
  stationId: string,
  idToken: string,
): Promise<TransactionRow[]> {
  const open = await tx.transaction.findMany({
    where: { stationId, state: 'ACTIVE' },
    select: transactionFields,
  });
  return open.filter((transaction) => isSameCard(transaction.idToken, idToken));
}

/** isSameCard compares the numbers of two cards as OCPP does, without case. */
function isSameCard(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * formerStays are the stays a start may go on with, as they stood when it happened: this card's at
 * the location, and this EVSE's last. Their ends are bounded by arrival, like a session's.
 */
export async function formerStays(
  tx: Tx,
  at: { station: StationIdentity; evseId: number; idToken: string; startedAt: Date },
): Promise<FormerStay[]> {
  const startedAt = at.startedAt.toISOString();
  const rows = await tx.$queryRaw<
    {
      id: string;
      state: string;
      station_id: string;
      evse_id: number;
      id_token: string;
      plug_in_at: Date;
      ended_at: Date | null;
      stop_reason: string | null;
    }[]
  >`
    WITH former AS ((SELECT s.id, s.state, s.station_id, s.evse_id, s.id_token, s.plug_in_at, s.plug_out_at
     FROM session s WHERE s.location_id = ${at.station.locationId}::uuid
       AND lower(s.id_token) = lower(${at.idToken}) AND s.plug_in_at <= ${startedAt}::timestamptz
     ORDER BY s.plug_in_at DESC LIMIT 5)
    UNION
    (SELECT s.id, s.state, s.station_id, s.evse_id, s.id_token, s.plug_in_at, s.plug_out_at
     FROM transaction t JOIN session s ON s.id = t.session_id
     WHERE t.station_id = ${at.station.id} AND t.evse_id = ${at.evseId}
       AND t.started_at <= ${startedAt}::timestamptz
     ORDER BY t.started_at DESC LIMIT 1))
    SELECT f.id::text, f.state, f.station_id, f.evse_id, f.id_token, f.plug_in_at,
      (SELECT max(LEAST(t.stopped_at, COALESCE(t.stopped_received_at, f.plug_out_at)))
       FROM transaction t WHERE t.session_id = f.id AND t.started_at <= ${startedAt}::timestamptz)
        AS ended_at,
      (SELECT t.stop_reason FROM transaction t
       WHERE t.session_id = f.id AND t.started_at <= ${startedAt}::timestamptz
       ORDER BY t.started_at DESC LIMIT 1) AS stop_reason
    FROM former f`;
  return rows.map((row) => ({
    sessionId: row.id,
    isOpen: row.state === 'OPEN',
    isSameCard: at.idToken !== '' && isSameCard(row.id_token, at.idToken),
    isSameEvse: row.station_id === at.station.id && row.evse_id === at.evseId,
    plugInAt: secondsFromDate(row.plug_in_at),
    plugOutAt: row.ended_at === null ? null : secondsFromDate(row.ended_at),
    isUnplugged: row.stop_reason === 'EVDisconnected',
  }));
}

/**
 * ensureTerms finds the programme version and the contract in force at plug-in. A start must never
 * fail for want of paperwork: where a tenant has none, it gets a programme that shares nothing and
 * a fixed contract, under which no cashback can arise.
 */
export async function ensureTerms(
  tx: Tx,
  at: { station: StationIdentity; plugInAt: Date },
): Promise<{ programmeVersionId: number; contractId: number; salePriceMicro: bigint }> {
  const { tenantId, locationId } = at.station;
  const location = await tx.location.findUniqueOrThrow({
    where: { id: locationId },
    select: { salePriceMicro: true, biddingZone: true },
  });
  const inForce = {
    where: { tenantId, validFrom: { lte: at.plugInAt } },
    select: { id: true },
  } as const;
  const programme = await tx.programmeVersion.findFirst({
    ...inForce,
    orderBy: [{ validFrom: 'desc' }, { version: 'desc' }],
  });
  const contract = await tx.contract.findFirst({
    ...inForce,
    where: { ...inForce.where, biddingZone: location.biddingZone },
    orderBy: [{ validFrom: 'desc' }, { id: 'desc' }],
  });
  return {
    programmeVersionId: programme?.id ?? (await neutralProgramme(tx, tenantId)),
    contractId: contract?.id ?? (await neutralContract(tx, tenantId, location.biddingZone)),
    salePriceMicro: location.salePriceMicro,
  };
}

async function neutralProgramme(tx: Tx, tenantId: number): Promise<number> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    INSERT INTO programme_version
      (tenant_id, version, valid_from, share_bp, driver_bp, msp_bp, cpo_bp, platform_bp)
    VALUES (${tenantId}, 0, '1970-01-01Z', 0, 10000, 0, 0, 0)
    ON CONFLICT (tenant_id, version) DO UPDATE SET version = excluded.version RETURNING id`;
  const [row] = rows;
  if (row === undefined) throw new Error('the neutral programme was not stored');
  return row.id;
}

async function neutralContract(tx: Tx, tenantId: number, biddingZone: string): Promise<number> {
  // Two first starts of a tenant at once must not make two contracts.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('contract'), ${tenantId})`;
  const validFrom = new Date(0);
  const known = await tx.contract.findFirst({
    where: { tenantId, validFrom, biddingZone },
    select: { id: true },
  });
  const row =
    known ??
    (await tx.contract.create({
      data: { tenantId, kind: 'FIXED', biddingZone, validFrom },
      select: { id: true },
    }));
  return row.id;
}

/** lastSample is the newest reading of a transaction up to `before`, or null. */
export async function lastSample(
  tx: Tx,
  transactionId: number,
  before: Date,
): Promise<{ measuredAt: Date; registerMilliWh: bigint } | null> {
  const row = await tx.meterReading.findFirst({
    where: { transactionId, measuredAt: { lte: before }, registerMilliWh: { not: null }, flag: null },
    orderBy: { measuredAt: 'desc' },
    select: { measuredAt: true, registerMilliWh: true },
  });
  if (row === null || row.registerMilliWh === null) return null;
  return { measuredAt: row.measuredAt, registerMilliWh: row.registerMilliWh };
}

/** lastRegister is the EVSE's newest import register before a start, in milli-Wh, or null. */
export async function lastRegister(
  tx: Tx,
  at: { station: StationIdentity; evseId: number; startedAt: Date },
): Promise<bigint | null> {
  const row = await tx.meterReading.findFirst({
    where: {
      stationId: at.station.id,
      evseId: at.evseId,
      measuredAt: { lte: at.startedAt },
      registerMilliWh: { not: null },
      flag: null,
    },
    orderBy: { measuredAt: 'desc' },
    select: { registerMilliWh: true },
  });
  return row?.registerMilliWh ?? null;
}

/** hasRegister tells whether any reading of a transaction shows the import register. */
export async function hasRegister(tx: Tx, transactionId: number): Promise<boolean> {
  const row = await tx.meterReading.findFirst({
    where: { transactionId, registerMilliWh: { not: null } },
    select: { digest: true },
  });
  return row !== null;
}

/** isSettled tells whether the ledger holds a settlement of a stay. */
export async function isSettled(tx: Tx, sessionId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT 1 AS found FROM ledger.settlement WHERE session_id = ${sessionId}::uuid LIMIT 1`;
  return rows.length > 0;
}

/**
 * joinStays moves what happened in an open stay without a card into the stay it turned out to be,
 * and forgets it. A wish of the car counts only where nobody else had one.
 */
export async function joinStays(tx: Tx, stays: { from: string; into: string }): Promise<void> {
  const { from, into } = stays;
  await tx.$executeRaw`
    UPDATE transaction SET session_id = ${into}::uuid WHERE session_id = ${from}::uuid`;
  // The plan they told is not the joined stay's: it plans anew and tells the station again.
  await tx.$executeRaw`
    UPDATE command SET session_id = ${into}::uuid, plan_version = NULL
    WHERE session_id = ${from}::uuid`;
  await tx.$executeRaw`
    UPDATE charging_preference p SET session_id = ${into}::uuid, version = p.version + x.last
    FROM (SELECT coalesce(max(version), 0) AS last, coalesce(bool_or(source IS NULL OR source NOT IN ('STATION', 'HISTORY')), false) AS is_told
      FROM charging_preference WHERE session_id = ${into}::uuid) x
    WHERE p.session_id = ${from}::uuid AND NOT x.is_told`;
  await tx.$executeRaw`SELECT forget_stay(${from}::uuid)`;
}

/** touchSession notes that facts of a session changed. */
export async function touchSession(tx: Tx, sessionId: string): Promise<void> {
  await tx.session.update({
    where: { id: sessionId },
    data: { factsVersion: { increment: 1 } },
    select: { id: true },
  });
}
