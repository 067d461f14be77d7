import { randomInt } from 'node:crypto';
import { findActiveTransaction, findIdToken } from '../charging/charging.store.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { requestCommands } from './setup.service.ts';
import { actionsOf, commandsFor, type ActionFacts, type StationAction } from './station-action.ts';
import { connectorsOf, isWaiting, openStation } from './station-action.store.ts';

const INT32_MAX = 2_147_483_647;
/** A card of 1.6 (idTag) is a CiString20. */
const CARD_MAX_16 = 20;

/**
 * askStation writes the commands of an action; the gateway that holds the station's socket sends them.
 * @returns their ids, by which the log tells what came of them.
 * @throws ValleyError where the station is not there, not connected, or cannot be asked that now.
 */
export async function askStation(
  deps: { db: Db; clock: Clock },
  tenantId: number,
  asked: { stationId: string; action: StationAction },
): Promise<{ ids: string[] }> {
  const { stationId, action } = asked;
  return await deps.db.withTenant(tenantId, async (tx) => {
    const station = await openStation(tx, stationId);
    if (station === null) throw new ValleyError('NOT_FOUND', 'There is no such station.');
    const { protocol } = station;
    if (protocol === null) {
      throw new ValleyError('NOT_READY', 'The station is not connected. Ask again once it is.');
    }
    if (!actionsOf(protocol).includes(action.kind)) {
      throw new ValleyError('BAD_INPUT', 'The station’s protocol version does not know this.');
    }
    const facts = await factsFor(tx, { tenantId, stationId, protocol, action });
    const commands = commandsFor(action, facts);
    if (await isWaiting(tx, stationId, commands)) {
      throw new ValleyError('CONFLICT', 'The station has not answered the last time yet. Wait.');
    }
    return { ids: await requestCommands(tx, { station, at: deps.clock.now(), commands }) };
  });
}

async function factsFor(
  tx: Tx,
  of: { tenantId: number; stationId: string; protocol: string; action: StationAction },
): Promise<ActionFacts> {
  const { stationId, protocol, action } = of;
  const running =
    'evseId' in action ? await findActiveTransaction(tx, stationId, action.evseId) : null;
  if (action.kind === 'start' && running !== null) {
    throw new ValleyError('CONFLICT', 'Somebody charges there. Stop that first.');
  }
  if (action.kind === 'stop' && running === null) {
    throw new ValleyError('CONFLICT', 'Nobody charges there any more.');
  }
  return {
    protocol,
    running,
    card: action.kind === 'start' ? await usableCard(tx, { ...of, card: action.card }) : '',
    connectors: await connectorsOf(tx, stationId),
    requestId: randomInt(1, INT32_MAX),
  };
}

/** A mistyped number would charge on nobody's account. */
async function usableCard(
  tx: Tx,
  of: { tenantId: number; protocol: string; card: string },
): Promise<string> {
  const card = await findIdToken(tx, of.tenantId, of.card);
  if (card === null || card.status !== 'Accepted') {
    throw new ValleyError('BAD_INPUT', 'No such card may charge here. Link it first.');
  }
  if (of.protocol === 'ocpp1.6' && card.uid.length > CARD_MAX_16) {
    throw new ValleyError('BAD_INPUT', 'OCPP 1.6 takes cards of at most 20 characters.');
  }
  return card.uid;
}
