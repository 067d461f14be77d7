import type { Car } from './car.ts';
import type { SimClock } from './clock.ts';
import { defaultConfig16 } from './config-v16.ts';
import { type EvseStatus, newEvse } from './evse.ts';
import type { Reply } from './link.ts';
import type { OutboxState } from './outbox.ts';
import { QUIRK_DEFAULTS, type Quirks } from './quirks.ts';
import type { OcppVersion } from './schemas.ts';
import type { Fact, ModelState } from './station-model.ts';
import { defaultConfig201 } from './variables-v201.ts';

/** Everything a station must remember to go on after a SIGKILL; plain JSON. */
export type StationSnapshot = {
  model: ModelState;
  config: Record<string, string>;
  remoteIds: Record<string, number>;
  outbox: OutboxState;
  booted: boolean;
};

/** What a station did and saw; `atMs` is simulated time. `unknown`: sent, never answered. */
export type StationEvent = { stationId: string; atMs: number } & (
  | { type: 'online' | 'offline'; reason: string }
  | { type: 'invoke'; messageId: string; action: string; payload: object }
  | {
      type: 'answer';
      messageId: string;
      action: string;
      outcome: 'ok' | 'error' | 'unknown';
      payload: unknown;
    }
  | { type: 'request'; messageId: string; action: string; payload: unknown; reply: Reply }
  | { type: 'fact'; fact: Fact['type']; evseId: number; powerW: number; registerMilliWh: number }
);

// Distributes over the union, so that each kind of event keeps its own fields.
type WithoutStamp<T> = T extends unknown ? Omit<T, 'stationId' | 'atMs'> : never;
export type EventBody = WithoutStamp<StationEvent>;

export type StationOptions = {
  /** For instance `ws://127.0.0.1:9000/ocpp`. */
  url: string;
  id: string;
  /** Basic authentication key, bytes or UTF-8 text. */
  key: string | Uint8Array;
  version: OcppVersion;
  /** Real time by default. */
  clock?: SimClock;
  /** Number of EVSEs, 1 by default; each has one connector. */
  evses?: number;
  quirks?: Quirks;
  onEvent?: (event: StationEvent) => void;
  /** Called before a new transaction message or an answer leaves, and soon after any change. */
  onSnapshot?: (snapshot: StationSnapshot) => void;
  /** State of an earlier process: cars still plugged in, queue unsent, no BootNotification. */
  snapshot?: StationSnapshot;
  timing?: Partial<StationTiming>;
};

/** Real milliseconds. */
export type StationTiming = {
  callTimeoutMs: number;
  reconnectMinMs: number;
  reconnectMaxMs: number;
  /** Wait before a transaction message that was answered with an error is repeated. */
  retryMs: number;
};

export const TIMING: StationTiming = {
  callTimeoutMs: 30_000,
  reconnectMinMs: 500,
  reconnectMaxMs: 30_000,
  retryMs: 10_000,
};

export type PlugInRequest = {
  evseId: number;
  idToken: string;
  car: Car;
  /** Simulated instant of the plug-in, ms; now by default. Power counts from here. */
  atMs?: number;
  /** The car leaves at this instant, to the millisecond, also while nobody looks. */
  departAtMs?: number;
};
/** `offline`: started without asking; `busy`: the EVSE is taken; `gone`: left before the answer. */
export type PlugInOutcome = 'authorised' | 'offline' | 'refused' | 'busy' | 'gone';

/** What can be seen of an EVSE now. */
export type EvseView = {
  atMs: number;
  status: EvseStatus;
  plugged: boolean;
  idToken: string | null;
  /** The back office's id (1.6) or the station's (2.0.1). */
  transactionId: string | null;
  powerW: number;
  offeredMilliA: number;
  registerMilliWh: number;
  /** Into the car that is plugged in. */
  deliveredMilliWh: number;
  socPercent: number | null;
};

/** A steady, different start for each station's register, so that mixed-up stations show. */
function firstRegisterMilliWh(id: string, evseId: number): number {
  let hash = evseId;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 9_000_000;
  return (1_000_000 + hash) * 1_000;
}

/** State of a factory-new station at `nowMs` of its own clock. */
export function freshSnapshot(options: StationOptions, nowMs: number): StationSnapshot {
  const quirks = options.quirks ?? {};
  const count = options.evses ?? 1;
  const is16 = options.version === '1.6';
  const evses = Array.from({ length: count }, (_, index) =>
    newEvse({
      id: index + 1,
      phases: quirks.phases ?? QUIRK_DEFAULTS.phases,
      hardwareMilliA: (quirks.maxCurrentA ?? QUIRK_DEFAULTS.maxCurrentA) * 1000,
      atMs: nowMs,
      registerMilliWh: firstRegisterMilliWh(options.id, index + 1),
    }),
  );
  return {
    model: { evses, profiles: [], sampling: { sampleS: 60, alignedS: 0 } },
    config: is16 ? defaultConfig16(quirks, count) : defaultConfig201(quirks),
    remoteIds: {},
    outbox: { calls: [], withheld: [], statuses: [], counter: 0, seq: 0 },
    booted: false,
  };
}
