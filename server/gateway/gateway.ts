import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import type { Bus } from '../bus/bus.ts';
import { createReadingsWriter } from '../charging/readings.writer.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { closeStaleConnections } from '../fleet/station.store.ts';
import type { Log } from '../log.ts';
import { createCommandSender } from './command-sender.ts';
import { StationConnection, type ConnectionArgs } from './connection.ts';
import { createDoor, type Door } from './door.ts';
import { answerHealth } from './health.ts';
import { Hub } from './hub.ts';
import { noTap, type FrameTap } from './rpc/forward.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const HEADER_BYTES = 8 * 1024;

export type GatewayArgs = {
  db: Db;
  bus: Bus;
  clock: Clock;
  log: Log;
  host: string;
  /** 0 takes a free port. */
  port: number;
  version: string;
  /** Name of the newest migration, for /healthz. */
  migration: string;
  tap?: FrameTap;
};

export type Gateway = {
  port: number;
  /** Ids of the stations connected here. */
  stations(): string[];
  close(): Promise<void>;
};

/** createGateway listens for stations on `ws://HOST:PORT/ocpp/<stationId>` and answers /healthz. */
export async function createGateway(args: GatewayArgs): Promise<Gateway> {
  const { db, bus, clock, log } = args;
  let isOpen = true;
  const readings = createReadingsWriter({ db, log, isOpen: () => isOpen });
  const node = `${hostname()}:${args.port}`;
  await db.asSystem((tx) => closeStaleConnections(tx, node, clock.now()));
  const hub = new Hub({
    db,
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
  const door = createDoor(db, log, (ws, { station, hasBooted }, from) => {
    const connection = new StationConnection({ ws, station, tables: from.tables, shared });
    void hub.admit(connection, { address: from.address, hasBooted });
  });
  const server = await listen(args, door);
  const { port } = server.address() as AddressInfo;
  log.info({ port }, 'the gateway listens');
  return {
    port,
    stations: () => hub.stations(),
    async close() {
      isOpen = false;
      server.close();
      await hub.close();
      await sender.close();
      await readings.drain();
      server.closeAllConnections();
    },
  };
}

async function listen(args: GatewayArgs, door: Door): Promise<Server> {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
    },
    (request, response) => {
      answer(request, response, args);
    },
  );
  server.on('connection', door.enter);
  server.on('upgrade', (request, socket, head) => {
    void door.upgrade(request, socket, head);
  });
  server.on('clientError', (_error, socket) => {
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(args.port, args.host, () => {
      resolve();
    });
  });
  return server;
}

function answer(request: IncomingMessage, response: ServerResponse, args: GatewayArgs): void {
  if (request.method === 'GET' && request.url === '/healthz') {
    void answerHealth(response, args);
    return;
  }
  response.writeHead(404, { 'content-type': 'text/plain' });
  response.end('Stations connect to ws://HOST:PORT/ocpp/<stationId>.\n');
}
