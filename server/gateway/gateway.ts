import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Bus } from '../bus/bus.ts';
import { createReadingsWriter } from '../charging/readings.writer.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { closeStaleConnections } from '../fleet/station.store.ts';
import type { Log } from '../log.ts';
import { Admission, Failures } from './admission.ts';
import { createCommandSender } from './command-sender.ts';
import { StationConnection, type ConnectionArgs } from './connection.ts';
import { authenticate, readUpgrade, type Authenticated, type Upgrade } from './handshake.ts';
import { answerHealth } from './health.ts';
import { Hub } from './hub.ts';
import type { OcppVersion } from './rpc/faults.ts';
import { noTap, type FrameTap } from './rpc/forward.ts';
import type { VersionTables } from './rpc/version.ts';
import { tables16 } from './v16/tables.ts';
import { tables201 } from './v201/tables.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const HEADER_BYTES = 8 * 1024;

const TABLES: Readonly<Record<OcppVersion, VersionTables>> = {
  'ocpp1.6': tables16,
  'ocpp2.0.1': tables201,
};

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
    const connection = new StationConnection({ ws, station, tables: TABLES[from.version], shared });
    void hub.admit(connection, { address: from.address, hasBooted });
  });
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

function answer(request: IncomingMessage, response: ServerResponse, args: GatewayArgs): void {
  if (request.method === 'GET' && request.url === '/healthz') {
    void answerHealth(response, args);
    return;
  }
  response.writeHead(404, { 'content-type': 'text/plain' });
  response.end('Stations connect to ws://HOST:PORT/ocpp/<stationId>.\n');
}

/** Made once: a listener made per socket would keep that socket's key and request alive. */
const ignore = () => undefined;

type Admit = (
  ws: WebSocket,
  who: Authenticated,
  from: { address: string; version: OcppVersion },
) => void;

/** The door lets a socket in only after authentication: a stranger never sees a 101. */
function createDoor(db: Db, log: Log, admit: Admit) {
  const admission = new Admission();
  const failures = new Failures();
  const leaving = new WeakMap<Duplex, () => void>();
  const servers = {
    'ocpp1.6': socketServer('ocpp1.6'),
    'ocpp2.0.1': socketServer('ocpp2.0.1'),
  } satisfies Record<OcppVersion, WebSocketServer>;

  const enter = (socket: Duplex & { remoteAddress?: string | undefined }) => {
    const leave = admission.enter(socket.remoteAddress ?? '');
    if (leave === null) {
      socket.destroy();
      return;
    }
    leaving.set(socket, leave);
    socket.on('close', leave);
  };
  const check = async (
    upgrade: Upgrade,
    address: string,
    socket: Duplex,
  ): Promise<Authenticated | null> => {
    let who: Authenticated | null;
    try {
      who = await authenticate(db, upgrade);
    } catch (error) {
      log.warn({ error: String(error) }, 'no authentication without the database');
      refuse(socket, 503, 'Try again later.');
      return null;
    }
    if (who !== null) return who;
    const delayMs = failures.note(address, upgrade.stationId, performance.now());
    if (delayMs > 0)
      await new Promise((resolve) => {
        setTimeout(resolve, delayMs);
      });
    log.info({ station: upgrade.stationId, address }, 'authentication failed');
    refuse(socket, 401, 'Unknown station or wrong key.');
    return null;
  };
  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Without a listener a reset during authentication would end the process.
    socket.on('error', ignore);
    const address = request.socket.remoteAddress ?? '';
    const read = readUpgrade(request);
    if ('status' in read) {
      refuse(socket, read.status, read.reason);
      return;
    }
    const who = await check(read, address, socket);
    if (who === null || socket.destroyed) return;
    leaving.get(socket)?.();
    servers[read.version].handleUpgrade(request, socket, head, (ws) => {
      admit(ws, who, { address, version: read.version });
    });
  };
  return { enter, upgrade };
}

function socketServer(version: OcppVersion): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: true,
    maxPayload: TABLES[version].maxPayload,
    maxFragments: 64,
    maxBufferedChunks: 1_024,
    handleProtocols: () => version,
  });
}

const STATUS_TEXT = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  503: 'Service Unavailable',
};

function refuse(socket: Duplex, status: keyof typeof STATUS_TEXT, reason: string): void {
  const body = `${reason}\n`;
  const extra =
    status === 401
      ? 'WWW-Authenticate: Basic realm="Valley OCPP"\r\n'
      : status === 503
        ? 'Retry-After: 5\r\n'
        : '';
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\n${extra}` +
      `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
