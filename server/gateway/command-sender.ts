import { untilStored } from '../charging/retry.ts';
import { publish, type Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import {
  claimCommand,
  expireCommands,
  stationsWithCommands,
  type CommandRow,
} from '../fleet/command.store.ts';
import { recordCommandResult, type CommandResult } from '../fleet/command.service.ts';
import type { CommandAction } from '#domain/charging/commands.ts';
import type { Log } from '../log.ts';
import type { StationConnection } from './connection.ts';
import type { CallOutcome } from './rpc/calls.ts';
import type { CommandRoute } from './rpc/command-route.ts';

const POLL_MS = 5_000;
/** A command left unanswered so often, connection after connection, lets the next one pass. */
const ATTEMPTS_MAX = 3;

export type CommandSender = {
  /** Sends what waits for a station, if it is connected and ready. */
  wake(stationId: string): void;
  close(): Promise<void>;
};

type SenderArgs = {
  db: Db;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** The connection commands may be sent on now, if there is one. */
  readyConnection(stationId: string): StationConnection | undefined;
  readyStations(): string[];
};

/**
 * createCommandSender carries command rows to stations, one at a time each, woken by the bus and
 * looking itself every 5 s. The row is the record: what is lost here is found there again.
 */
export function createCommandSender(args: SenderArgs): CommandSender {
  const { db, bus, clock, log } = args;
  const busy = new Map<string, Promise<void>>();
  const again = new Set<string>();
  let isClosed = false;

  const pump = async (stationId: string) => {
    for (;;) {
      again.delete(stationId);
      const connection = args.readyConnection(stationId);
      const sent =
        connection === undefined || isClosed
          ? false
          : await sendNext(connection, { ...args, isOpen: () => !isClosed });
      if (!sent && !again.has(stationId)) return;
    }
  };
  const wake = (stationId: string) => {
    again.add(stationId);
    if (isClosed || busy.has(stationId) || args.readyConnection(stationId) === undefined) return;
    const work = pump(stationId)
      .catch((error: unknown) => {
        log.warn({ station: stationId, error: String(error) }, 'a command was not sent');
      })
      .finally(() => {
        busy.delete(stationId);
      });
    busy.set(stationId, work);
  };
  const look = async () => {
    const connected = args.readyStations();
    const waiting = await db.asSystem(async (tx) => {
      await publish(tx, 'session', await expireCommands(tx, clock.now()));
      return connected.length === 0 ? [] : await stationsWithCommands(tx, connected);
    });
    for (const id of waiting) wake(id);
  };
  const lookSafely = () =>
    look().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'cannot look for commands');
    });
  const end = bus.subscribe('command', (ids) => {
    if (ids === null) void lookSafely();
    else for (const id of ids) wake(id);
  });
  const timer = setInterval(() => {
    void lookSafely();
  }, POLL_MS);
  return {
    wake,
    async close() {
      isClosed = true;
      end();
      clearInterval(timer);
      await Promise.all(busy.values());
    },
  };
}

/** @returns whether there was something to send and the connection may take more. */
async function sendNext(
  connection: StationConnection,
  { db, clock, log, isOpen }: SenderArgs & { isOpen: () => boolean },
): Promise<boolean> {
  const { station, epoch } = connection;
  if (epoch === null) return false;
  const command = await db.withTenant(station.tenantId, (tx) =>
    claimCommand(tx, { stationId: station.id, epoch, at: clock.now() }),
  );
  if (command === null) return false;
  const result =
    command.attempts > ATTEMPTS_MAX
      ? rejected('NotAnswered', `Sent ${ATTEMPTS_MAX} times and never answered.`)
      : await ask(connection, command, log);
  // The socket closed before the answer: the row stays REQUESTED and is sent again on the next one.
  if (result === null) return false;
  await untilStored(
    () =>
      db.withTenant(station.tenantId, (tx) =>
        recordCommandResult(tx, { station, command, result, at: clock.now() }),
      ),
    // Where the gateway closes meanwhile the row stays REQUESTED and is sent again.
    { isWanted: isOpen, log },
  );
  return true;
}

function rejected(code: string, description: string): CommandResult {
  return { state: 'REJECTED', answer: { error: { code, description } } };
}

async function ask(
  connection: StationConnection,
  command: CommandRow,
  log: Log,
): Promise<CommandResult | null> {
  const { commands, schemas, version } = connection.tables;
  const route = commands[command.action as CommandAction];
  if (route === undefined)
    return rejected('NotSupported', `${command.action} does not exist in ${version}.`);
  try {
    const request = route.spell(command.payload);
    schemas.checkOutbound(`${route.action}Request`, request);
    return readOutcome(await connection.call(route.action, request), route, connection);
  } catch (error) {
    log.error(
      { station: connection.station.id, command: command.id, error: String(error) },
      'a command cannot be sent',
    );
    return rejected('InvalidCommand', String(error));
  }
}

function readOutcome(
  outcome: CallOutcome,
  route: CommandRoute,
  { tables }: StationConnection,
): CommandResult | null {
  switch (outcome.kind) {
    case 'closed':
      return null;
    case 'timeout':
      return {
        state: 'TIMED_OUT',
        answer: { error: { code: 'TimedOut', description: 'No answer within 30 s.' } },
      };
    case 'error':
      return rejected(outcome.code, outcome.description);
    case 'result':
      break;
  }
  try {
    tables.schemas.checkInbound(`${route.action}Response`, outcome.payload);
  } catch (error) {
    return rejected('InvalidAnswer', String(error));
  }
  const { isAccepted, answer } = route.read(outcome.payload);
  return { state: isAccepted ? 'ACCEPTED' : 'REJECTED', answer };
}
