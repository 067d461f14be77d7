import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../log.ts';
import { createDoor, type Door } from './door.ts';
import { answerHealth, type Health } from './health.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const HEADER_BYTES = 8 * 1024;

export type EntranceArgs = {
  log: Log;
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** Valley's version, for /healthz. */
  version: string;
};

/** The gateway's port: it answers /healthz from the beginning, and stations once `open` was called. */
export type Entrance = {
  port: number;
  open(host: Parameters<Door['open']>[0]): void;
  /** Takes no more connections; those there are stay. */
  shut(): void;
  closeAll(): void;
};

/**
 * openEntrance listens before anything else is there, so that who asks while the database is away
 * hears why (503), and is not refused like a machine that is off.
 */
export async function openEntrance(args: EntranceArgs): Promise<Entrance> {
  const { log, version } = args;
  const health: Health = { version, db: null };
  const door = createDoor(log);
  const server = await listen(args, door, health);
  const { port } = server.address() as AddressInfo;
  log.info({ port }, 'the gateway listens');
  return {
    port,
    open(host) {
      health.db = host.db;
      door.open(host);
    },
    shut: () => {
      server.close();
    },
    closeAll: () => {
      server.closeAllConnections();
    },
  };
}

async function listen(args: EntranceArgs, door: Door, health: Health): Promise<Server> {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
    },
    (request, response) => {
      answer(request, response, health);
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

function answer(request: IncomingMessage, response: ServerResponse, health: Health): void {
  if (request.method === 'GET' && request.url === '/healthz') {
    void answerHealth(response, health);
    return;
  }
  response.writeHead(404, { 'content-type': 'text/plain' });
  response.end('Stations connect to ws://HOST:PORT/ocpp/<stationId>.\n');
}
