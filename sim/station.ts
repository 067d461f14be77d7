import { randomUUID } from 'node:crypto';
import type { Car } from './car.ts';
import { type ClockTimer, type SimClock, createClock, skewedClock } from './clock.ts';
import { readingOf } from './evse.ts';
import type { Answer, Reply } from './link.ts';
import { milliWhFromWattMs } from './meter.ts';
import { Presence, type PresenceHooks } from './presence.ts';
import type { Protocol, ProtocolHost, QueuedCall } from './protocol.ts';
import type { Quirks } from './quirks.ts';
import { isKnownAction, schemaError } from './schemas.ts';
import { type Fact, StationModel, type StopReason } from './station-model.ts';
import {
  type EventBody,
  type EvseView,
  type PlugInOutcome,
  type PlugInRequest,
  type StationOptions,
  type StationSnapshot,
  freshSnapshot,
} from './station-types.ts';
import { protocolV16 } from './station-v16.ts';
import { protocolV201 } from './station-v201.ts';

// Saving at every answer would write the whole queue once per message of a long backlog.
const SAVE_WITHIN_MS = 250;

/** A simulated charging station with its cars; see `createStation`. */
export class Station {
  readonly id: string;
  readonly #options: StationOptions;
  readonly #quirks: Quirks;
  readonly #clock: SimClock;
  readonly #model: StationModel;
  readonly #host: ProtocolHost;
  readonly #protocol: Protocol;
  readonly #presence: Presence;
  #running = true;
  #dirty = false;
  #savedSeq = 0;
  #saveTimer: NodeJS.Timeout | null = null;
  #timer: ClockTimer | null = null;

  constructor(options: StationOptions) {
    this.id = options.id;
    this.#options = options;
    this.#quirks = options.quirks ?? {};
    const skewMs = (this.#quirks.clockSkewS ?? 0) * 1000;
    this.#clock = skewedClock(options.clock ?? createClock(), skewMs);
    const saved = structuredClone(options.snapshot ?? freshSnapshot(options, this.#clock.now()));
    this.#model = new StationModel(saved.model, (fact) => this.#onFact(fact));
    this.#host = this.#makeHost(saved);
    this.#protocol =
      options.version === '1.6' ? protocolV16(this.#host) : protocolV201(this.#host);
    this.#presence = this.#makePresence(saved);
    if (options.snapshot !== undefined) this.#turn(() => undefined);
  }

  /** Dials until it is connected; resolves once the station is booted and served. */
  connect(): Promise<void> {
    return this.#presence.connect();
  }

  /** Loses the network: cars go on charging, messages queue up. `connect` ends it. */
  disconnect(): void {
    this.#presence.link.close(true);
  }

  /** Dies like a process: nothing is said, nothing is saved any more. */
  kill(): void {
    this.#dirty = false;
    this.#halt();
    this.#presence.link.close(true);
  }

  /** Ends in order: the socket is closed and the last snapshot written. */
  close(): void {
    this.#flush();
    this.#halt();
    this.#presence.link.close(false);
  }

  /** Connects a car and presents its card; resolves when the card is decided. */
  plugIn(request: PlugInRequest): Promise<PlugInOutcome> {
    const skewMs = (this.#quirks.clockSkewS ?? 0) * 1000;
    const departAtMs = request.departAtMs === undefined ? null : request.departAtMs + skewMs;
    const atMs = request.atMs === undefined ? this.#clock.now() : request.atMs + skewMs;
    const { evseId, idToken } = request;
    return this.#turn(() => {
      const car = this.#carHere(request.car);
      const taken = !this.#model.plugIn({ evseId, car, idToken, atMs, departAtMs });
      if (taken) return Promise.resolve('busy');
      this.#protocol.onPlugged(evseId);
      return this.#authorise(evseId);
    });
  }

  /** Takes the car away now; ends its transaction. */
  plugOut(evseId: number): void {
    this.#turn(() => this.#model.plugOut(evseId));
  }

  /** The card stops the transaction; the car stays plugged in. */
  stop(evseId: number): void {
    this.#stop(evseId, 'Local');
  }

  /** The card is presented again to a car that stayed plugged in. */
  start(evseId: number, idToken?: string): Promise<PlugInOutcome> {
    const plug = this.#model.evse(evseId)?.plug;
    if (plug === undefined || plug === null) return Promise.resolve('gone');
    if (idToken !== undefined) plug.idToken = idToken;
    return this.#authorise(evseId);
  }

  state(evseId: number): EvseView {
    this.#turn(() => undefined);
    const evse = this.#model.evse(evseId);
    if (evse === undefined) throw new RangeError(`${this.id} has no EVSE ${evseId}`);
    const reading = readingOf(evse);
    const remoteId = evse.transaction?.remoteId ?? null;
    const ownId = this.#options.version === '1.6' ? null : (evse.transaction?.ref ?? null);
    return {
      atMs: reading.atMs,
      status: evse.status,
      plugged: evse.plug !== null,
      idToken: evse.plug?.idToken ?? null,
      transactionId: remoteId === null ? ownId : String(remoteId),
      powerW: reading.powerW,
      offeredMilliA: reading.offeredMilliA,
      registerMilliWh: reading.registerMilliWh,
      deliveredMilliWh: milliWhFromWattMs(evse.plug?.carState.delivered ?? 0),
      socPercent: reading.socPercent,
    };
  }

  isOnline(): boolean {
    return this.#presence.isOnline();
  }

  /** Resolves once every message has been answered. */
  idle(): Promise<void> {
    return this.#presence.outbox.idle();
  }

  snapshot(): StationSnapshot {
    return structuredClone({
      model: this.#model.state,
      config: this.#host.config,
      remoteIds: this.#host.remoteIds,
      outbox: this.#presence.outbox.state,
      booted: this.#presence.isBooted(),
    });
  }

  async #authorise(evseId: number): Promise<PlugInOutcome> {
    const plug = this.#model.evse(evseId)?.plug;
    const asked = this.#model.evse(evseId)?.remoteStart ?? null;
    if (plug === undefined || plug === null) return 'gone';
    if (asked !== null) {
      this.#start(evseId, asked);
      return 'authorised';
    }
    const answer = await this.#presence.outbox.urgent(this.#protocol.authorize(plug.idToken));
    if (!this.#running || this.#model.evse(evseId)?.plug !== plug) return 'gone';
    const refused = answer.type === 'result' && !this.#protocol.isAuthorised(answer.payload);
    if (refused) {
      plug.authorisation = 'refused';
      this.#touch();
      return 'refused';
    }
    this.#start(evseId, { idToken: plug.idToken, remoteStartId: null });
    return answer.type === 'result' ? 'authorised' : 'offline';
  }

  #start(evseId: number, options: { idToken: string; remoteStartId: number | null }): void {
    this.#turn(() => {
      const evse = this.#model.evse(evseId);
      if (evse === undefined || evse.plug === null) return;
      evse.remoteStart = null;
      // The first start of a stay counts from the plug-in: on a fast clock the card's answer takes
      // minutes of simulated time that it would not take in the street.
      const isFirst = evse.plug.authorisation === 'pending';
      const atMs = isFirst ? evse.plug.pluggedAtMs : this.#clock.now();
      if (evse.transaction !== null) {
        evse.transaction.idToken = options.idToken;
        evse.transaction.remoteStartId = options.remoteStartId;
        this.#model.energise(evseId, atMs);
        return;
      }
      this.#model.begin(evseId, {
        ref: randomUUID(),
        remoteId: null,
        idToken: options.idToken,
        startedAtMs: atMs,
        energised: true,
        seqNo: 0,
        remoteStartId: options.remoteStartId,
      });
    });
  }

  #stop(evseId: number, reason: StopReason): void {
    this.#turn(() => this.#model.end(evseId, reason));
  }

  #carHere(car: Car): Car {
    const { wakeFailsAfterMin } = this.#quirks;
    if (wakeFailsAfterMin === undefined || car.wakeFailsAfterS !== undefined) return car;
    return { ...car, wakeFailsAfterS: wakeFailsAfterMin * 60 };
  }

  #onFact(fact: Fact): void {
    const { evse, reading } = fact;
    this.#protocol.onFact(fact);
    if (fact.type === 'ended') this.#presence.outbox.release(fact.transaction.ref);
    this.#emit({
      type: 'fact',
      fact: fact.type,
      evseId: evse.id,
      powerW: reading.powerW,
      registerMilliWh: reading.registerMilliWh,
    });
  }

  #emit(event: EventBody): void {
    const skewMs = (this.#quirks.clockSkewS ?? 0) * 1000;
    const atMs = this.#clock.now() - skewMs;
    this.#options.onEvent?.({ ...event, stationId: this.id, atMs });
  }

  /** Runs a change after every event that is due, then plans the next event and the next save. */
  #turn<T>(change: () => T): T {
    if (this.#running) this.#model.advanceTo(this.#clock.now());
    const result = change();
    this.#arm();
    this.#touch();
    return result;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (!this.#running) return;
    const nextMs = this.#model.nextEventMs();
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.schedule(nextMs, () => this.#turn(() => undefined));
  }

  #touch(): void {
    if (this.#dirty || !this.#running) return;
    this.#dirty = true;
    this.#saveTimer = setTimeout(() => this.#flush(), SAVE_WITHIN_MS);
  }

  #flush(): void {
    if (!this.#dirty || !this.#running) return;
    this.#dirty = false;
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    this.#savedSeq = this.#presence.outbox.state.seq;
    this.#options.onSnapshot?.(this.snapshot());
  }

  #halt(): void {
    this.#running = false;
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    this.#timer?.cancel();
    this.#presence.halt();
  }

  /** Before anything happened a station takes the server's time for its own, also backwards. */
  #learn(currentTimeMs: number): void {
    if (Number.isNaN(currentTimeMs)) return;
    this.#clock.learn(currentTimeMs);
    for (const evse of this.#model.state.evses) {
      if (evse.plug !== null || evse.asOfMs <= this.#clock.now()) continue;
      evse.asOfMs = this.#clock.now();
    }
  }

  #onOnline(isFirst: boolean): void {
    const forgets = this.#quirks.dropsProfilesOnReconnect === true;
    if (!isFirst && forgets) this.#turn(() => this.#model.setProfiles([]));
    this.#touch();
    for (const evse of this.#model.state.evses) {
      const isWaiting = evse.plug?.authorisation === 'pending' && !evse.transaction?.energised;
      if (isWaiting) void this.#authorise(evse.id);
    }
  }

  #reset(reason: 'SoftReset' | 'HardReset'): void {
    for (const evse of this.#model.state.evses) this.#stop(evse.id, reason);
    this.#presence.reboot();
  }

  #onRequest(request: { messageId: string; action: string; payload: unknown }): Reply {
    const reply = this.#turn(() => this.#reply(request.action, request.payload));
    this.#emit({ type: 'request', ...request, reply });
    // What was accepted is on disk before the back office hears of it.
    this.#flush();
    if (reply.type !== 'result' || reply.then === undefined) return reply;
    const { then } = reply;
    return { ...reply, then: () => this.#turn(then) };
  }

  #reply(action: string, payload: unknown): Reply {
    const { version } = this.#options;
    if (!isKnownAction(version, action)) {
      return { type: 'error', code: 'NotImplemented', description: `${action} is unknown` };
    }
    const problem = schemaError(version, `${action}Request`, payload);
    if (problem === null) return this.#protocol.onRequest(action, payload);
    const code = version === '1.6' ? 'FormationViolation' : 'FormatViolation';
    return { type: 'error', code, description: problem.slice(0, 255) };
  }

  #makeHost(saved: StationSnapshot): ProtocolHost {
    return {
      stationId: this.id,
      quirks: this.#quirks,
      model: this.#model,
      config: saved.config,
      remoteIds: saved.remoteIds,
      now: () => this.#clock.now(),
      isOnline: () => this.#presence.isOnline(),
      send: (call) => {
        if (call.txRef === null) void this.#presence.outbox.urgent(call);
        else this.#presence.outbox.queue(call);
      },
      sendStatus: (key, call) => this.#presence.outbox.status(key, call),
      boot: () => this.#presence.boot(),
      heartbeat: () => this.#presence.beat(),
      start: (evseId, options) => this.#start(evseId, options),
      stop: (evseId, reason) => this.#stop(evseId, reason),
      reset: (reason) => this.#reset(reason),
      heartbeatChanged: () => this.#presence.startHeartbeat(),
    };
  }

  #makePresence(saved: StationSnapshot): Presence {
    const hooks: PresenceHooks = {
      onRequest: (request) => this.#onRequest(request),
      onOnline: (isFirst) => this.#onOnline(isFirst),
      learn: (currentTimeMs) => this.#learn(currentTimeMs),
      emit: (event) => this.#emit(event),
      complete: (call) => this.#protocol.complete(call),
      onAnswer: (call, payload) => this.#turn(() => this.#protocol.onAnswer(call, payload)),
      beforeSend: (call) => this.#beforeSend(call),
      onOutcome: (call, answer) => this.#onOutcome(call, answer),
    };
    const { config } = saved;
    return new Presence(
      { options: this.#options, protocol: this.#protocol, config, booted: saved.booted },
      { outbox: saved.outbox, hooks },
    );
  }

  // A transaction message that left must be known after a SIGKILL, under the same id. That it was
  // answered may be forgotten: it is then repeated, as after a loss of the network.
  #beforeSend(call: QueuedCall): void {
    const { messageId, action, payload, seq, txRef } = call;
    if (txRef !== null && seq > this.#savedSeq) this.#flush();
    this.#emit({ type: 'invoke', messageId, action, payload });
  }

  #onOutcome(call: QueuedCall, answer: Answer): void {
    this.#touch();
    const { messageId, action } = call;
    const outcomes = { result: 'ok', error: 'error', lost: 'unknown' } as const;
    const payload = answer.type === 'lost' ? null : answer;
    this.#emit({ type: 'answer', messageId, action, outcome: outcomes[answer.type], payload });
  }
}

/**
 * createStation makes a charging station that speaks only OCPP over a real WebSocket.
 * @example
 * const station = createStation({ url, id, key, version: '1.6', clock });
 * await station.connect();
 * await station.plugIn({ evseId: 1, idToken: 'CARD1', car });
 */
export function createStation(options: StationOptions): Station {
  return new Station(options);
}
