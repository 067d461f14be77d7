import { chooseStay, plugInAt, type ConnectorHistory } from '#domain/charging/stay.ts';
import { dateFromSeconds, secondsFromDate } from '#domain/time/instant.ts';
import { publish } from '../bus/bus.ts';
import type { Tx } from '../db/client.ts';
import type { StationIdentity } from '../fleet/station.store.ts';
import {
  ensureTerms,
  findActiveTransaction,
  findIdToken,
  findSameStart,
  findTransaction,
  formerStays,
  isSettled,
  joinStays,
  lastRegister,
  lastSample,
  lockEvse,
  type IdTokenRow,
  type IdTokenStatus,
  type TransactionRow,
} from './charging.store.ts';
import { giveDefaultWishes } from './preference-default.service.ts';

export type TransactionStart = {
  station: StationIdentity;
  evseId: number;
  connectorId: number | null;
  /** Empty where the station does not know it yet (2.0.1, cable first). */
  idToken: string;
  startedAt: Date;
  /** False where the station's clock was not set and arrival stands in for its time. */
  isClockSet: boolean;
  receivedAt: Date;
  /** Null where the station sent no register with its start (2.0.1): the EVSE's last one stands in. */
  meterStartMilliWh: bigint | null;
  /** The station's own id (2.0.1); null where Valley chooses it (1.6). */
  ocppId: string | null;
};

export type StartedTransaction = {
  transactionId: number;
  sessionId: string;
  status: IdTokenStatus;
};

/** authorize tells whether a card may charge; a card nobody knows is Invalid. */
export async function authorize(tx: Tx, tenantId: number, idToken: string): Promise<IdTokenStatus> {
  return (await findIdToken(tx, tenantId, idToken))?.status ?? 'Invalid';
}

/**
 * startTransaction stores a start and never refuses one: an unknown card charges without a driver,
 * a transaction still open on the EVSE is closed at its last sample, a repeat gets the same id.
 */
export async function startTransaction(
  tx: Tx,
  asked: TransactionStart,
): Promise<StartedTransaction> {
  const connector = await lockEvse(tx, asked.station, asked.evseId);
  const token =
    asked.idToken === '' ? null : await findIdToken(tx, asked.station.tenantId, asked.idToken);
  const status = token?.status ?? 'Invalid';
  const start: KnownStart = {
    ...asked,
    idToken: token?.uid ?? asked.idToken,
    meterStartMilliWh: asked.meterStartMilliWh ?? (await lastRegister(tx, asked)) ?? 0n,
  };
  const active = await findActiveTransaction(tx, start.station.id, start.evseId);
  const same = await findRepeat(tx, start, active);
  if (same !== null) return { transactionId: same.id, sessionId: same.sessionId, status };
  // Queued starts may arrive after newer ones; they must not end what is running now.
  const isLate = active !== null && earliest(active) > earliest({ ...start, startedReceivedAt: start.receivedAt });
  if (active !== null && !isLate) {
    // A clock that was set back in between cannot tell which samples came before this start.
    const isSetBack = active.startedAt > start.startedAt;
    await leaveUnfinished(tx, {
      station: start.station,
      transaction: active,
      nextAt: isSetBack ? END_OF_TIME : start.startedAt,
      receivedAt: start.receivedAt,
    });
  }
  const sessionId = await takeStay(tx, { start, connector, token, isLate });
  const transactionId = await insertTransaction(tx, start, { sessionId, isLate });
  await publish(tx, 'session', [sessionId]);
  return { transactionId, sessionId, status };
}

/** Nothing starts after its message arrived: a clock that is ahead must not make a start look newer. */
function earliest(start: Pick<TransactionRow, 'startedAt' | 'startedReceivedAt'>): Date {
  return start.startedAt < start.startedReceivedAt ? start.startedAt : start.startedReceivedAt;
}

const END_OF_TIME = new Date('9999-01-01T00:00:00Z');

type KnownStart = TransactionStart & { meterStartMilliWh: bigint };

async function findRepeat(
  tx: Tx,
  start: KnownStart,
  active: TransactionRow | null,
): Promise<TransactionRow | null> {
  if (start.ocppId !== null) return await findTransaction(tx, start.station.id, start.ocppId);
  // Without a clock each repeat has another arrival; card and meter then tell it from a new start.
  if (
    !start.isClockSet &&
    active?.idToken === start.idToken &&
    active.meterStartMilliWh === start.meterStartMilliWh
  )
    return active;
  return await findSameStart(tx, {
    stationId: start.station.id,
    evseId: start.evseId,
    idToken: start.idToken,
    startedAt: start.startedAt,
    meterStartMilliWh: start.meterStartMilliWh,
  });
}

/** leaveUnfinished ends a transaction whose stop never came, at its last sample before the next start. */
async function leaveUnfinished(
  tx: Tx,
  left: { station: StationIdentity; transaction: TransactionRow; nextAt: Date; receivedAt: Date },
): Promise<void> {
  const { transaction } = left;
  const last = await lastSample(tx, transaction.id, left.nextAt);
  const stoppedAt = last?.measuredAt ?? transaction.startedAt;
  await tx.transaction.update({
    where: { id: transaction.id },
    data: {
      state: 'UNFINISHED',
      stopReason: 'UNFINISHED',
      stoppedAt,
      meterStopMilliWh: last?.registerMilliWh ?? transaction.meterStartMilliWh,
    },
  });
  await closeSession(tx, transaction.sessionId, left.receivedAt);
}

/**
 * closeSession ends the stay at the end of its last transaction; a stay in which one still runs
 * stays open. Either way its facts have changed. Nothing ended after its message arrived: a clock
 * that is ahead must not make the stay reach over those of the next cars.
 */
export async function closeSession(tx: Tx, sessionId: string, receivedAt: Date): Promise<void> {
  const at = receivedAt.toISOString();
  await tx.$executeRaw`
    UPDATE session s SET facts_version = s.facts_version + 1,
      state = CASE WHEN x.running THEN 'OPEN' ELSE 'CLOSED' END,
      plug_out_at = CASE WHEN x.running THEN NULL ELSE GREATEST(x.ended_at, s.plug_in_at) END
    FROM (SELECT bool_or(state = 'ACTIVE') AS running, max(LEAST(stopped_at,
            COALESCE(stopped_received_at, ${at}::timestamptz))) AS ended_at
          FROM transaction WHERE session_id = ${sessionId}::uuid) x
    WHERE s.id = ${sessionId}::uuid`;
  await publish(tx, 'session', [sessionId]);
}

type StayArgs = {
  start: KnownStart;
  connector: ConnectorHistory;
  token: IdTokenRow | null;
  isLate: boolean;
};

/** takeStay goes on with a former stay or begins a new one, with the terms of its plug-in frozen. */
async function takeStay(tx: Tx, args: StayArgs): Promise<string> {
  const { start, connector, isLate } = args;
  const { station, evseId } = start;
  const startAt = secondsFromDate(start.startedAt);
  const { idToken, startedAt } = start;
  const former = await formerStays(tx, { station, evseId, idToken, startedAt });
  const kept = chooseStay({ startAt, former, connector });
  if (kept !== null) {
    if (isLate) await closeSession(tx, kept, start.receivedAt);
    else await reopenSession(tx, kept, start);
    return kept;
  }
  const at = dateFromSeconds(isLate ? startAt : plugInAt(startAt, connector, former));
  const terms = await ensureTerms(tx, { station, plugInAt: at });
  const session = await tx.session.create({
    data: {
      tenantId: station.tenantId,
      locationId: station.locationId,
      stationId: station.id,
      evseId,
      idToken: start.idToken,
      driverId: args.token?.driverId ?? null,
      plugInAt: at,
      ...terms,
      ...(isLate ? { state: 'CLOSED', plugOutAt: start.startedAt } : {}),
    },
    select: { id: true },
  });
  if (!isLate && args.token?.driverId != null) {
    await giveDefaultWishes(tx, [session.id], start.receivedAt);
  }
  return session.id;
}

/**
 * rejoinStay chooses the stay of a transaction anew when its card becomes known after its start: a
 * former stay of that card takes the transaction over, and the stay without a card is forgotten;
 * not where it was settled meanwhile.
 * @returns whether there was such a stay.
 */
export async function rejoinStay(
  tx: Tx,
  of: { station: StationIdentity; transaction: TransactionRow; idToken: string; receivedAt: Date },
): Promise<boolean> {
  const { station, transaction, idToken } = of;
  const { evseId, startedAt, sessionId: from } = transaction;
  const connector = await lockEvse(tx, station, evseId);
  const former = (await formerStays(tx, { station, evseId, idToken, startedAt })).filter(
    (stay) => stay.isSameCard,
  );
  const into = chooseStay({ startAt: secondsFromDate(startedAt), former, connector });
  // Money hangs on a settled stay: it stays by itself, and goes to the card it turned out to be.
  if (into === null || (await isSettled(tx, from))) return false;
  await joinStays(tx, { from, into });
  if (transaction.state === 'ACTIVE') await reopenSession(tx, into, { station, evseId });
  else await closeSession(tx, into, of.receivedAt);
  await publish(tx, 'session', [into]);
  return true;
}

/** A stay follows its car: another EVSE of the location becomes the one that is steered. */
async function reopenSession(
  tx: Tx,
  sessionId: string,
  start: Pick<TransactionStart, 'station' | 'evseId'>,
): Promise<void> {
  await tx.session.update({
    where: { id: sessionId },
    data: {
      state: 'OPEN',
      plugOutAt: null,
      factsVersion: { increment: 1 },
      stationId: start.station.id,
      evseId: start.evseId,
    },
  });
}

async function insertTransaction(
  tx: Tx,
  start: KnownStart,
  into: { sessionId: string; isLate: boolean },
): Promise<number> {
  // A station that gives one start two ids (2.0.1) means two transactions: a millisecond parts them.
  const startedAt = start.ocppId === null ? start.startedAt : await freeStart(tx, start);
  const rows = await tx.$queryRaw<{ id: number }[]>`
    WITH next AS (SELECT nextval('transaction_id_seq')::integer AS id)
    INSERT INTO transaction (id, tenant_id, session_id, station_id, evse_id, connector_id, ocpp_id,
      id_token, started_at, started_received_at, meter_start_milli_wh, state, stop_reason, stopped_at,
      meter_stop_milli_wh)
    SELECT next.id, ${start.station.tenantId}, ${into.sessionId}::uuid, ${start.station.id},
      ${start.evseId}, ${start.connectorId}, COALESCE(${start.ocppId}, next.id::text), ${start.idToken},
      ${startedAt.toISOString()}::timestamptz, ${start.receivedAt.toISOString()}::timestamptz,
      ${start.meterStartMilliWh}, CASE WHEN ${into.isLate} THEN 'UNFINISHED' ELSE 'ACTIVE' END,
      CASE WHEN ${into.isLate} THEN 'UNFINISHED' END,
      CASE WHEN ${into.isLate} THEN ${startedAt.toISOString()}::timestamptz END,
      CASE WHEN ${into.isLate} THEN ${start.meterStartMilliWh}::bigint END
    FROM next RETURNING id`;
  const [row] = rows;
  if (row === undefined) throw new Error('the transaction was not inserted');
  return row.id;
}

async function freeStart(tx: Tx, start: KnownStart): Promise<Date> {
  let startedAt = start.startedAt;
  const { station, evseId, idToken, meterStartMilliWh } = start;
  while (
    (await findSameStart(tx, {
      stationId: station.id,
      evseId,
      idToken,
      startedAt,
      meterStartMilliWh,
    })) !== null
  ) {
    startedAt = new Date(startedAt.getTime() + 1);
  }
  return startedAt;
}
