import type { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type OcppVersion, schemaError } from './schemas.ts';

export type SeenCall = {
  stationId: string;
  messageId: string;
  action: string;
  payload: Record<string, unknown>;
};
type Responder = (call: SeenCall) => object | 'silence' | 'error';

/** A small back office for tests: checks every frame of a station against the official schemas. */
export type Csms = {
  url: string;
  calls: SeenCall[];
  /** Calls that came again under a message id that was answered; they get the same answer. */
  repeats: SeenCall[];
  problems: string[];
  authorization: string[];
  /** Overrides the answer to an action. */
  answers: Map<string, Responder>;
  nowMs: () => number;
  calls16: (action: string) => Record<string, unknown>[];
  command: (
    stationId: string,
    action: string,
    payload: object,
  ) => Promise<{ status?: string; [key: string]: unknown }>;
  waitFor: (action: string, count?: number) => Promise<SeenCall[]>;
  dropAll: () => void;
  close: () => Promise<void>;
};

type Shared = {
  csms: Csms;
  sockets: Map<string, WebSocket>;
  wake: Set<() => void>;
  answered: Map<string, object>;
};

function defaultAnswer(shared: Shared, version: OcppVersion, call: SeenCall): object {
  const currentTime = new Date(shared.csms.nowMs()).toISOString();
  switch (call.action) {
    case 'BootNotification':
      return { status: 'Accepted', interval: 300, currentTime };
    case 'Heartbeat':
      return { currentTime };
    case 'Authorize':
      return version === '1.6'
        ? { idTagInfo: { status: 'Accepted' } }
        : { idTokenInfo: { status: 'Accepted' } };
    case 'StartTransaction':
      return {
        transactionId: shared.csms.calls16('StartTransaction').length,
        idTagInfo: { status: 'Accepted' },
      };
    default:
      return {};
  }
}

const answersPending = new Map<string, (payload: unknown) => void>();

function receive(
  shared: Shared,
  peer: { socket: WebSocket; stationId: string; version: OcppVersion },
  text: string,
): void {
  const { csms } = shared;
  const frame = JSON.parse(text) as [number, string, string, Record<string, unknown>];
  const [type, messageId, action, payload] = frame;
  if (type === 3) return answersPending.get(messageId)?.(action);
  if (type === 4) return answersPending.get(messageId)?.({ status: `CALLERROR ${action}` });
  const problem = schemaError(peer.version, `${action}Request`, payload);
  if (problem !== null) csms.problems.push(`${action}: ${problem}`);
  const call = { stationId: peer.stationId, messageId, action, payload };
  const key = `${peer.stationId} ${messageId}`;
  const before = shared.answered.get(key);
  if (before !== undefined) {
    csms.repeats.push(call);
    peer.socket.send(JSON.stringify([3, messageId, before]));
    return undefined;
  }
  csms.calls.push(call);
  const answer = csms.answers.get(action)?.(call) ?? defaultAnswer(shared, peer.version, call);
  if (answer === 'error') peer.socket.send(JSON.stringify([4, messageId, 'InternalError', '', {}]));
  else if (typeof answer === 'object') {
    shared.answered.set(key, answer);
    peer.socket.send(JSON.stringify([3, messageId, answer]));
  }
  for (const wake of shared.wake) wake();
}

async function command(
  shared: Shared,
  args: { stationId: string; action: string; payload: object },
): Promise<{ status?: string }> {
  const { stationId, action, payload } = args;
  const socket = shared.sockets.get(stationId);
  if (socket === undefined) throw new Error(`${stationId} is not connected`);
  const version: OcppVersion = socket.protocol === 'ocpp1.6' ? '1.6' : '2.0.1';
  const problem = schemaError(version, `${action}Request`, payload);
  if (problem !== null) throw new Error(`test sends a wrong ${action}: ${problem}`);
  const messageId = randomUUID();
  const answer = await new Promise((resolve) => {
    answersPending.set(messageId, resolve);
    socket.send(JSON.stringify([2, messageId, action, payload]));
  });
  const isError = String((answer as { status?: string }).status).startsWith('CALLERROR');
  const wrong = isError ? null : schemaError(version, `${action}Response`, answer);
  if (wrong !== null) shared.csms.problems.push(`${action} answer: ${wrong}`);
  return answer as { status?: string };
}

function waitFor(shared: Shared, action: string, count: number): Promise<SeenCall[]> {
  const found = () => shared.csms.calls.filter((call) => call.action === action);
  return new Promise((resolve) => {
    const look = () => {
      if (found().length < count) return;
      shared.wake.delete(look);
      resolve(found());
    };
    shared.wake.add(look);
    look();
  });
}

/** startCsms listens on a free port of 127.0.0.1. */
export async function startCsms(nowMs: () => number = Date.now): Promise<Csms> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  await once(server, 'listening');
  const sockets = new Map<string, WebSocket>();
  const csms: Csms = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`,
    calls: [],
    repeats: [],
    problems: [],
    authorization: [],
    answers: new Map(),
    nowMs,
    calls16: (action) => csms.calls.filter((c) => c.action === action).map((c) => c.payload),
    command: (stationId, action, payload) => command(shared, { stationId, action, payload }),
    waitFor: (action, count = 1) => waitFor(shared, action, count),
    dropAll: () => {
      for (const socket of sockets.values()) socket.terminate();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const shared: Shared = { csms, sockets, wake: new Set(), answered: new Map() };
  server.on('connection', (socket, request) => {
    const stationId = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
    csms.authorization.push(request.headers.authorization ?? '');
    sockets.set(stationId, socket);
    const version: OcppVersion = socket.protocol === 'ocpp1.6' ? '1.6' : '2.0.1';
    socket.on('message', (data) =>
      receive(shared, { socket, stationId, version }, (data as Buffer).toString('utf8')),
    );
  });
  return csms;
}
