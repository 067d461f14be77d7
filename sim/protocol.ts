import type { Reply } from './link.ts';
import type { Quirks } from './quirks.ts';
import type { OcppVersion } from './schemas.ts';
import type { Fact, StationModel, StopReason } from './station-model.ts';

/** A call to send. `txRef` marks messages of a transaction: queued, kept in order, repeated. */
export type Outgoing = {
  action: string;
  payload: object;
  txRef: string | null;
  /** A sample of a running transaction, which a late station holds back. */
  isSample?: true;
};
export type QueuedCall = Outgoing & {
  messageId: string;
  attempts: number;
  /** Rises with every call of the station, through restarts. */
  seq: number;
};

/** What a protocol may do with its station. */
export type ProtocolHost = {
  stationId: string;
  quirks: Quirks;
  model: StationModel;
  /** Configuration as the back office sees it; kept across restarts. */
  config: Record<string, string>;
  /** Transaction ids of the back office (1.6) by the station's own reference. */
  remoteIds: Record<string, number>;
  /** Present instant by the station's own clock, ms. */
  now: () => number;
  isOnline: () => boolean;
  /** Queues a call; with a txRef in the durable queue, else dropped while offline. */
  send: (call: Outgoing) => void;
  /** Queues the newest status of a connector; older unsent ones of the same key are dropped. */
  sendStatus: (key: string, call: Outgoing) => void;
  boot: () => void;
  heartbeat: () => void;
  /** Begins a transaction on an EVSE where a car is plugged in. */
  start: (evseId: number, options: { idToken: string; remoteStartId: number | null }) => void;
  stop: (evseId: number, reason: StopReason) => void;
  /** Reboots: closes transactions, drops the socket, boots again. */
  reset: (reason: 'SoftReset' | 'HardReset') => void;
  heartbeatChanged: () => void;
};

export type BootAnswer = { status: string; intervalS: number; currentTimeMs: number };

/** One OCPP version as a station speaks it: facts to messages, requests to replies. */
export type Protocol = {
  version: OcppVersion;
  subprotocol: string;
  /** Key of `config` that holds the heartbeat interval in seconds. */
  heartbeatKey: string;
  boot: (reason: 'PowerUp' | 'RemoteReset') => Outgoing;
  authorize: (idToken: string) => Outgoing;
  isAuthorised: (payload: unknown) => boolean;
  bootAnswer: (payload: unknown) => BootAnswer;
  onFact: (fact: Fact) => void;
  onPlugged: (evseId: number) => void;
  /** Completes a queued call just before it is sent (ids that were unknown when it was queued). */
  complete: (call: QueuedCall) => QueuedCall;
  onAnswer: (call: QueuedCall, payload: unknown) => void;
  onRequest: (action: string, payload: unknown) => Reply;
  statusAll: () => void;
};

/** UTC with milliseconds only where there are any, so that whole seconds stay readable. */
export function isoFromMs(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

export function msFromIso(text: string | undefined): number | null {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
