import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Db } from '../db/client.ts';
import type { Log } from '../log.ts';
import { Admission, Failures } from './admission.ts';
import { authenticate, readUpgrade, type Authenticated, type Upgrade } from './handshake.ts';
import type { OcppVersion } from './rpc/faults.ts';
import type { VersionTables } from './rpc/version.ts';
import { tables16 } from './v16/tables.ts';
import { tables201 } from './v201/tables.ts';

const TABLES: Readonly<Record<OcppVersion, VersionTables>> = {
  'ocpp1.6': tables16,
  'ocpp2.0.1': tables201,
};

const LATER = 'Try again later.';
/** Made once: a listener made per socket would keep that socket's key and request alive. */
const ignore = () => undefined;

type Admit = (
  ws: WebSocket,
  who: Authenticated,
  from: { address: string; tables: VersionTables },
) => void;

/** Who opens the door says how a station is known and what becomes of one that may come in. */
type Host = { db: Db; admit: Admit };

export type Door = {
  /** Counts a new socket as a stranger's, or ends it where there are too many. */
  enter(socket: Duplex & { remoteAddress?: string | undefined }): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Until it is opened every station is told to try again later. */
  open(host: Host): void;
};

/** createDoor lets a socket in only after authentication: a stranger never sees a 101. */
export function createDoor(log: Log): Door {
  let host: Host | null = null;
  const admission = new Admission();
  const failures = new Failures();
  const leaving = new WeakMap<Duplex, () => void>();
  const servers = {
    'ocpp1.6': socketServer('ocpp1.6'),
    'ocpp2.0.1': socketServer('ocpp2.0.1'),
  } satisfies Record<OcppVersion, WebSocketServer>;

  const enter: Door['enter'] = (socket) => {
    const leave = admission.enter(socket.remoteAddress ?? '');
    if (leave === null) {
      socket.destroy();
      return;
    }
    leaving.set(socket, leave);
    socket.on('close', leave);
  };
  const check = async (
    { db }: Host,
    upgrade: Upgrade,
    { address, socket }: { address: string; socket: Duplex },
  ): Promise<Authenticated | null> => {
    let who: Authenticated | null;
    try {
      who = await authenticate(db, upgrade);
    } catch (error) {
      log.warn({ error: String(error) }, 'no authentication without the database');
      refuse(socket, 503, LATER);
      return null;
    }
    if (who !== null) return who;
    const delayMs = failures.note(address, upgrade.stationId, performance.now());
    if (delayMs > 0) await setTimeout(delayMs);
    log.info({ station: upgrade.stationId, address }, 'authentication failed');
    refuse(socket, 401, 'Unknown station or wrong key.');
    return null;
  };
  const upgrade: Door['upgrade'] = async (request, socket, head) => {
    // Without a listener a reset during authentication would end the process.
    socket.on('error', ignore);
    const address = request.socket.remoteAddress ?? '';
    const read = readUpgrade(request);
    if ('status' in read) {
      refuse(socket, read.status, read.reason);
      return;
    }
    if (host === null) {
      refuse(socket, 503, LATER);
      return;
    }
    const { admit } = host;
    const who = await check(host, read, { address, socket });
    if (who === null || socket.destroyed) return;
    leaving.get(socket)?.();
    servers[read.version].handleUpgrade(request, socket, head, (ws) => {
      admit(ws, who, { address, tables: TABLES[read.version] });
    });
  };
  const open: Door['open'] = (newHost) => {
    host = newHost;
  };
  return { enter, upgrade, open };
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
