import type { ReadingsWriter } from '../../charging/readings.writer.ts';
import { untilStored } from '../../charging/retry.ts';
import type { Db } from '../../db/client.ts';
import { parkMessage } from '../../fleet/station.store.ts';
import type { Log } from '../../log.ts';
import { faultCode, RpcFault } from './faults.ts';
import { errorText, resultText, type CallFrame } from './frame.ts';
import { onceOnly } from './inbox.ts';
import type { CallContext, EffectContext, Route } from './route.ts';
import type { VersionTables } from './version.ts';

export type DispatchArgs = {
  db: Db;
  readings: ReadingsWriter;
  tables: VersionTables;
  log: Log;
  /** Whether the station is still there to hear the answer. */
  isWanted: () => boolean;
};

/**
 * dispatch serves one call: look up, check, handle, check our own answer; what it returns is the
 * text to send. It rejects only where the database stayed away until the station had gone.
 */
export async function dispatch(
  frame: CallFrame,
  context: CallContext,
  args: DispatchArgs,
): Promise<string> {
  const { schemas, routes, version } = args.tables;
  const route = Object.hasOwn(routes, frame.action) ? routes[frame.action] : undefined;
  if (route === undefined) {
    return errorText(
      frame.id,
      faultCode(version, 'unknownAction'),
      `Valley does not know ${frame.action}.`,
    );
  }
  try {
    const answer =
      route.kind === 'effect' && route.transaction !== undefined
        ? await serveTransaction(route, frame, { context, args })
        : await serveChecked(route, frame, { context, args });
    schemas.checkOutbound(`${frame.action}Response`, answer);
    return resultText(frame.id, answer);
  } catch (error) {
    if (error instanceof RpcFault) {
      return errorText(frame.id, faultCode(version, error.kind), error.message);
    }
    if (!args.isWanted()) throw error;
    args.log.error({ action: frame.action, error: String(error) }, 'a message could not be served');
    return errorText(
      frame.id,
      faultCode(version, 'internal'),
      'Valley could not serve this message.',
    );
  }
}

type Within = { context: CallContext; args: DispatchArgs };
type EffectRoute = Route & { kind: 'effect' };

async function serveChecked(route: Route, frame: CallFrame, within: Within): Promise<object> {
  const { context, args } = within;
  const unknown = args.tables.schemas.checkInbound(`${frame.action}Request`, frame.payload);
  if (unknown > 0)
    args.log.debug({ action: frame.action, unknown }, 'a message has unknown fields');
  switch (route.kind) {
    case 'answer':
      return route.handle(frame.payload, context);
    case 'readings':
      await args.readings.add(route.read(frame.payload, context));
      return {};
    case 'effect':
      return await store(route, frame, {
        ...within,
        handle: (inTx) => route.handle(frame.payload, inTx),
      });
  }
}

/** An effect and its answer live or die together; a repeat gets the stored answer. */
async function store(
  route: EffectRoute,
  frame: CallFrame,
  { context, args, handle }: Within & { handle(inTx: EffectContext): Promise<object> },
): Promise<object> {
  return await untilStored(
    () =>
      args.db.withTenant(context.station.tenantId, (tx) => {
        const inTx = { ...context, tx };
        const work = () => handle(inTx);
        return route.isOnce(frame.payload) ? onceOnly(frame, inTx, work) : work();
      }),
    args,
  );
}

/** What a transaction message says is served; what it says illegibly is parked, for a person to see. */
async function serveTransaction(
  route: EffectRoute,
  frame: CallFrame,
  within: Within,
): Promise<object> {
  const { schemas } = within.args.tables;
  const park = (inTx: EffectContext) =>
    parkMessage(inTx.tx, {
      station: inTx.station,
      action: frame.action,
      payload: frame.payload,
      reason: 'UNREADABLE',
      receivedAt: inTx.receivedAt,
    });
  try {
    const read = schemas.checkTransaction(`${frame.action}Request`, frame.payload);
    const handle = async (inTx: EffectContext) => {
      if (read.isLost) await park(inTx);
      return await route.handle(read.payload, inTx);
    };
    return await store(route, frame, { ...within, handle });
  } catch (error) {
    const answer = route.transaction?.parkedAnswer ?? null;
    if (!(error instanceof RpcFault) || answer === null) throw error;
    const handle = async (inTx: EffectContext) => {
      await park(inTx);
      return answer;
    };
    return await store(route, frame, { ...within, handle });
  }
}
