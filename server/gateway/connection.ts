import type { RawData, WebSocket } from 'ws';
import type { ReadingsWriter } from '../charging/readings.writer.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import type { StationIdentity } from '../fleet/station.store.ts';
import type { Log } from '../log.ts';
import { OutboundCalls, type CallOutcome } from './rpc/calls.ts';
import { dispatch } from './rpc/dispatch.ts';
import { faultCode } from './rpc/faults.ts';
import type { FrameTap } from './rpc/forward.ts';
import { errorText, parseFrame, type BadFrame, type CallFrame, type Json } from './rpc/frame.ts';
import { LeakyCount } from './rpc/leaky-count.ts';
import type { VersionTables } from './rpc/version.ts';

const QUEUE_MAX = 32;
const QUEUE_RESUME = 8;
const BUFFERED_MAX_BYTES = 1024 * 1024;
const PING_EVERY_MS = 30_000;
const PONG_WITHIN_MS = 20_000;
/** So much garbage at once is no firmware's slip any more; one a minute is. */
const BAD_FRAMES_MAX = 20;
const BAD_FRAME_FORGIVEN_MS = 60_000;
/** Calls taken while a newcomer asks whether this socket is alive: its pong waits behind them. */
const QUEUE_PINGED_MAX = 1_024;

export type ConnectionArgs = {
  ws: WebSocket;
  station: StationIdentity;
  tables: VersionTables;
  shared: {
    db: Db;
    clock: Clock;
    log: Log;
    readings: ReadingsWriter;
    tap: FrameTap;
    onHeard(stationId: string): void;
    onServed(connection: StationConnection): void;
    onGone(connection: StationConnection): void;
  };
};

type QueuedCall = { frame: CallFrame; receivedAt: Date };

/**
 * One station's socket: reads frames, serves the station's calls strictly one after the other, and
 * carries at most one call of ours. What it means to charge is not known here, and nothing of a
 * transaction is kept here: a lost socket loses nothing.
 */
export class StationConnection {
  readonly station: StationIdentity;
  readonly tables: VersionTables;
  readonly calls: OutboundCalls;
  /** Set once the connection is recorded; fences what a replaced connection would still write. */
  epoch: bigint | null = null;
  /** Actions served so far; commands wait for the first, lest they come before a boot is answered. */
  served = 0;
  readonly #ws: WebSocket;
  readonly #shared: ConnectionArgs['shared'];
  readonly #queue: QueuedCall[] = [];
  #isServing = false;
  #isPaused = false;
  #isClosing = false;
  readonly #badFrames = new LeakyCount(BAD_FRAME_FORGIVEN_MS);
  #nextPingAt: number;
  #pongDueAt: number | null = null;
  #pongWaiters: (() => void)[] = [];
  #idleWaiters: (() => void)[] = [];

  constructor({ ws, station, tables, shared }: ConnectionArgs) {
    this.#ws = ws;
    this.#shared = shared;
    this.station = station;
    this.tables = tables;
    this.calls = new OutboundCalls((text) => {
      this.#send(text);
    });
    this.#nextPingAt = performance.now() + PING_EVERY_MS * (0.5 + Math.random());
    ws.on('message', (data, isBinary) => {
      this.#receive(data, isBinary);
    });
    ws.on('pong', () => {
      this.#hearPong();
    });
    ws.on('error', (error) => {
      shared.log.debug({ station: station.id, error: error.message }, 'socket error');
    });
    ws.on('close', () => {
      this.calls.close();
      this.#queue.length = 0;
      this.#releaseIdle();
      shared.onGone(this);
    });
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  /** Frames stay in the kernel until `listen`: nothing is served before the connection is recorded. */
  hold(): void {
    this.#ws.pause();
    this.#isPaused = true;
  }

  listen(): void {
    this.#isPaused = false;
    this.#ws.resume();
    if (!this.#isServing) void this.#serveQueue();
  }

  close(code: number, reason: string): void {
    this.#isClosing = true;
    this.#ws.close(code, reason);
    // A paused socket would never hear the other end's close and linger for half a minute.
    this.#ws.resume();
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** call asks the station something, after the answer to its own call under way has been sent. */
  async call(action: string, payload: Json): Promise<CallOutcome> {
    if (this.#isServing)
      await new Promise<void>((resolve) => {
        this.#idleWaiters.push(resolve);
      });
    return await this.calls.call(action, payload);
  }

  /** answersPing tells whether the other end answers a ping within `withinMs` (real time). */
  answersPing(withinMs: number): Promise<boolean> {
    if (!this.isOpen) return Promise.resolve(false);
    // While it is held back for its full queue it reads no pong either.
    if (this.#isPaused) this.#ws.resume();
    return new Promise((resolve) => {
      const settle = (isThere: boolean) => {
        clearTimeout(timer);
        if (this.#isPaused) this.#ws.pause();
        resolve(isThere);
      };
      const timer = setTimeout(() => {
        settle(false);
      }, withinMs);
      this.#pongWaiters.push(() => {
        settle(true);
      });
      this.#ws.ping();
    });
  }

  /** Called every second or so: finds half-open sockets by ping, and readers that do not read. */
  watch(nowMs: number): void {
    // A paused socket does not read pongs either; the kernel's window holds the station back.
    if (this.#isPaused || !this.isOpen) return;
    if (this.#pongDueAt !== null && nowMs > this.#pongDueAt) {
      this.#shared.log.info(
        { station: this.station.id },
        'the station answers no ping: closing its socket',
      );
      this.terminate();
      return;
    }
    if (nowMs < this.#nextPingAt) return;
    this.#nextPingAt = nowMs + PING_EVERY_MS * (0.9 + 0.2 * Math.random());
    this.#pongDueAt ??= nowMs + PONG_WITHIN_MS;
    this.#ws.ping();
  }

  #hearPong(): void {
    this.#pongDueAt = null;
    const waiters = this.#pongWaiters;
    this.#pongWaiters = [];
    for (const resolve of waiters) resolve();
  }

  #send(text: string): void {
    if (!this.isOpen) return;
    if (this.#ws.bufferedAmount > BUFFERED_MAX_BYTES) {
      this.terminate();
      return;
    }
    this.#shared.tap.outbound(this.station.id, text);
    this.#ws.send(text);
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#isClosing) return;
    if (isBinary) {
      this.close(1003, 'OCPP messages are text');
      return;
    }
    const text = (data as Buffer).toString('utf8');
    this.#shared.tap.inbound(this.station.id, text);
    this.#shared.onHeard(this.station.id);
    const frame = parseFrame(text);
    if (frame.type === 'call') this.#accept(frame);
    else if (frame.type === 'bad') this.#refuse(frame);
    else if (!this.calls.answer(frame)) {
      this.#shared.log.info(
        { station: this.station.id, id: frame.id },
        'an answer nobody waits for',
      );
    }
  }

  #accept(frame: CallFrame): void {
    const route = this.tables.routes[frame.action];
    const call = { frame, receivedAt: this.#shared.clock.now() };
    // Without an effect there is no order to keep: a heartbeat is answered while storage is away.
    if (this.#isServing && route?.kind === 'answer') {
      void this.#serve(call);
      return;
    }
    this.#queue.push(call);
    const max = this.#isPaused ? QUEUE_PINGED_MAX : QUEUE_MAX;
    if (this.#queue.length >= max) this.hold();
    if (!this.#isServing) void this.#serveQueue();
  }

  async #serveQueue(): Promise<void> {
    this.#isServing = true;
    for (let call = this.#queue.shift(); call !== undefined; call = this.#queue.shift()) {
      await this.#serve(call);
      this.#releaseIdle();
      if (this.#isPaused && this.#queue.length <= QUEUE_RESUME) {
        this.#isPaused = false;
        this.#ws.resume();
      }
    }
    this.#isServing = false;
  }

  #releaseIdle(): void {
    if (this.#idleWaiters.length === 0) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  async #serve({ frame, receivedAt }: QueuedCall): Promise<void> {
    const { db, readings, log } = this.#shared;
    try {
      this.#send(
        await dispatch(
          frame,
          { station: this.station, receivedAt },
          {
            db,
            readings,
            log,
            tables: this.tables,
            isWanted: () => this.isOpen,
          },
        ),
      );
      this.served += 1;
      if (this.served === 1) this.#shared.onServed(this);
    } catch (error) {
      // The station has gone without its answer and will send the message again.
      log.info(
        { station: this.station.id, action: frame.action, error: String(error) },
        'unanswered',
      );
    }
  }

  #refuse(frame: BadFrame): void {
    this.#shared.log.info({ station: this.station.id, reason: frame.reason }, 'a bad frame');
    if (this.#badFrames.note(performance.now()) > BAD_FRAMES_MAX) {
      this.close(1002, 'too many messages that are no OCPP');
      return;
    }
    if (!frame.isCall) return;
    const { version } = this.tables;
    // 1.6 has no way to answer a message whose id is unknown; 2.0.1 says "-1". A message of another
    // type than 2, 3, 4 is to be ignored in 1.6.
    if (version === 'ocpp1.6' && (frame.id === null || frame.kind === 'messageType')) return;
    this.#send(errorText(frame.id ?? '-1', faultCode(version, frame.kind), frame.reason));
  }
}
