import type { Tx } from '../../db/client.ts';
import type { NewReading } from '../../charging/readings.store.ts';
import { recordEvent, type StationIdentity } from '../../fleet/station.store.ts';

/** What every handler knows of a call; `receivedAt` is domain time at arrival. */
export type CallContext = { station: StationIdentity; receivedAt: Date };
export type EffectContext = CallContext & { tx: Tx };

/**
 * One row of a version's routing table.
 * - `answer`: no effect, answered at once, also while the database is away.
 * - `effect`: runs in a transaction and is answered after its commit. `isOnce` tells whether a
 *   repeat of the same message gets the stored answer; not where the message carries no time of
 *   its own, for a station that restarts its counter sends the same bytes and means it anew.
 * - `readings`: written with those of other stations in one commit, then answered with `{}`.
 */
export type Route =
  | { kind: 'answer'; handle(request: unknown, context: CallContext): object }
  | {
      kind: 'effect';
      isOnce(request: unknown): boolean;
      handle(request: unknown, context: EffectContext): Promise<object>;
      transaction?: TransactionRoute;
    }
  | { kind: 'readings'; read(request: unknown, context: CallContext): NewReading[] };

/**
 * A message of a transaction is served whatever slips it has, and one that says too little is parked
 * and answered with `parkedAnswer`; null where no answer is true without its effect.
 */
export type TransactionRoute = { parkedAnswer: object | null };

export type Routes = Readonly<Record<string, Route>>;

// A request reaches its handler only after its official schema accepted it: the casts below are
// the one place where that knowledge turns into a type.

/** answering makes a row without effect. */
export function answering<Request, Response extends object>(
  handle: (request: Request, context: CallContext) => Response,
): Route {
  return { kind: 'answer', handle: (request, context) => handle(request as Request, context) };
}

/** effecting makes a row that changes the database; by default a repeat gets the stored answer. */
export function effecting<Request, Response extends object>(
  handle: (request: Request, context: EffectContext) => Promise<Response>,
  isOnce: (request: Request) => boolean = () => true,
): Route {
  return {
    kind: 'effect',
    isOnce: (request) => isOnce(request as Request),
    handle: (request, context) => handle(request as Request, context),
  };
}

/** transacting makes the row of a transaction message; see TransactionRoute for what becomes of slips. */
export function transacting<Request, Response extends object>(
  handle: (request: Request, context: EffectContext) => Promise<Response>,
  parkedAnswer: object | null,
): Route {
  return {
    kind: 'effect',
    isOnce: () => true,
    handle: (request, context) => handle(request as Request, context),
    transaction: { parkedAnswer },
  };
}

/**
 * recordingEvent makes a row that only keeps what a station tells, as an event of `kind` at its
 * arrival. The messages carry no time of their own, so a repeat is a new event.
 */
export function recordingEvent<Request extends object>(
  kind: string,
  evseOf: (request: Request) => number | undefined = () => undefined,
): Route {
  return effecting<Request, object>(
    async (request, { tx, station, receivedAt }) => {
      await recordEvent(tx, {
        station,
        evseId: evseOf(request) ?? null,
        kind,
        severity: 'INFO',
        data: request,
        happenedAt: receivedAt,
        receivedAt,
      });
      return {};
    },
    () => false,
  );
}

/** recording makes a row whose readings are committed in groups. */
export function recording<Request>(
  read: (request: Request, context: CallContext) => NewReading[],
): Route {
  return { kind: 'readings', read: (request, context) => read(request as Request, context) };
}
