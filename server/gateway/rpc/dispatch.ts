import type { ReadingsWriter } from '../../charging/readings.writer.ts';
import { untilStored } from '../../charging/retry.ts';
import type { Db } from '../../db/client.ts';
import type { Log } from '../../log.ts';
import { faultCode, RpcFault } from './faults.ts';
import { errorText, resultText, type CallFrame } from './frame.ts';
import { onceOnly } from './inbox.ts';
import type { CallContext, Route } from './route.ts';
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
    const unknown = schemas.checkInbound(`${frame.action}Request`, frame.payload);
    if (unknown > 0)
      args.log.debug({ action: frame.action, unknown }, 'a message has unknown fields');
    const answer = await serve(route, frame, { context, args });
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

async function serve(
  route: Route,
  frame: CallFrame,
  { context, args }: { context: CallContext; args: DispatchArgs },
): Promise<object> {
  switch (route.kind) {
    case 'answer':
      return route.handle(frame.payload, context);
    case 'readings':
      await args.readings.add(route.read(frame.payload, context));
      return {};
    case 'effect':
      return await untilStored(
        () =>
          args.db.withTenant(context.station.tenantId, (tx) => {
            const inTx = { ...context, tx };
            const work = () => route.handle(frame.payload, inTx);
            return route.isOnce(frame.payload) ? onceOnly(frame, inTx, work) : work();
          }),
        args,
      );
  }
}
