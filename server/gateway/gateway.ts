import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '../bus/bus.ts';
import { createReadingsWriter } from '../charging/readings.writer.ts';
import type { Clock } from '../clock.ts';
import type { StatementDb } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { closeStaleConnections } from '../fleet/station.service.ts';
import type { Log } from '../log.ts';
import { createCommandSender } from './command-sender.ts';
import { StationConnection, type ConnectionArgs } from './connection.ts';
import { openEntrance, type Entrance, type EntranceArgs } from './entrance.ts';
import { Hub } from './hub.ts';
import { noTap, type FrameTap } from './rpc/forward.ts';

const RETRY_MS = 1_000;

/** What the gateway works with once the database answers. */
export type GatewayParts = { db: StatementDb; bus: Bus; clock: Clock };

export type GatewayArgs = EntranceArgs & { tap?: FrameTap };

export type Gateway = {
  port: number;
  /** Ids of the stations connected here. */
  stations(): string[];
  close(): Promise<void>;
};

/**
 * startGateway listens for stations on `ws://HOST:PORT/ocpp/<stationId>`, answers /healthz at once,
 * and asks `connect` every second until the database answers: stations hear 503 till then.
 */
export async function startGateway<Parts extends GatewayParts>(
  args: GatewayArgs & { connect: () => Promise<Parts> },
): Promise<{ parts: Parts; gateway: Gateway }> {
  const entrance = await openEntrance(args);
  const parts = await untilAnswered(args.connect, args.log);
  const gateway = await untilAnswered(() => serve(entrance, { ...args, ...parts }), args.log);
  return { parts, gateway };
}

async function untilAnswered<T>(ask: () => Promise<T>, log: Log): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      // A wrong setting does not mend itself.
      if (error instanceof ValleyError) throw error;
      log.warn({ error: String(error) }, 'the database does not answer: trying again');
      await sleep(RETRY_MS);
    }
  }
}

/** serve lets stations in through an entrance that listens already. */
async function serve(entrance: Entrance, args: GatewayArgs & GatewayParts): Promise<Gateway> {
  const { db, bus, clock, log } = args;
  const node = `${hostname()}:${entrance.port}`;
  await db.asSystem((tx) => closeStaleConnections(tx, node, clock.now()));
  let isOpen = true;
  const readings = createReadingsWriter({ db, log, isOpen: () => isOpen });
  const hub = new Hub({
    db,
    bus,
    clock,
    log,
    node,
    onReady: (id) => {
      sender.wake(id);
    },
  });
  const sender = createCommandSender({
    db,
    bus,
    clock,
    log,
    readyConnection: (id) => hub.readyConnection(id),
    readyStations: () => hub.readyStations(),
  });
  const shared: ConnectionArgs['shared'] = {
    db,
    clock,
    log,
    readings,
    tap: args.tap ?? noTap,
    onHeard: (id) => {
      hub.heard(id);
    },
    onServed: (connection) => {
      hub.served(connection);
    },
    onGone: (connection) => {
      hub.gone(connection);
    },
  };
  entrance.open({
    db,
    admit: (ws, { station, hasBooted }, from) => {
      const connection = new StationConnection({ ws, station, tables: from.tables, shared });
      void hub.admit(connection, { address: from.address, hasBooted });
    },
  });
  return {
    port: entrance.port,
    stations: () => hub.stations(),
    async close() {
      isOpen = false;
      entrance.shut();
      await hub.close();
      await sender.close();
      await readings.drain();
      entrance.closeAll();
    },
  };
}
