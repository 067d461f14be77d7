import { randomUUID } from 'node:crypto';
import type { Answer, Link } from './link.ts';
import type { Outgoing, QueuedCall } from './protocol.ts';

/** What must survive a restart: unsent statuses and the queue of transaction messages, in order. */
export type OutboxState = {
  calls: QueuedCall[];
  /** Samples that a late station sends only after the transaction's stop. */
  withheld: QueuedCall[];
  statuses: [string, QueuedCall][];
  /** Calls since the last boot, for stations that count their message ids. */
  counter: number;
  seq: number;
};

export type OutboxHooks = {
  complete: (call: QueuedCall) => QueuedCall;
  onAnswer: (call: QueuedCall, payload: unknown) => void;
  /** Runs before a frame leaves: what it says must be on disk first. */
  beforeSend: (call: QueuedCall) => void;
  onOutcome: (call: QueuedCall, answer: Answer) => void;
};

export type OutboxOptions = {
  link: Link;
  state: OutboxState;
  countingMessageIds: boolean;
  lateMeterValues: boolean;
  /** Real ms before a refused transaction message is repeated, times its attempts. */
  retryMs: number;
};

type Urgent = { call: QueuedCall; isBoot: boolean; resolve: (answer: Answer) => void };

const MAX_ATTEMPTS = 3;

/**
 * One call at a time, in three lanes: what somebody waits for, connector statuses, and transaction
 * messages, which keep their order and message id until the back office has answered them.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #hooks: OutboxHooks;
  #urgent: Urgent[] = [];
  #inFlight = false;
  #again = false;
  #booted = false;
  #retryTimer: NodeJS.Timeout | null = null;
  #idleWaiters: (() => void)[] = [];

  constructor(options: OutboxOptions, hooks: OutboxHooks) {
    this.#options = options;
    this.#hooks = hooks;
  }

  get state(): OutboxState {
    return this.#options.state;
  }

  /** Until the station is booted nothing but BootNotification leaves. */
  setBooted(booted: boolean): void {
    this.#booted = booted;
    if (booted) void this.#pump();
  }

  /** Sends before everything else; `lost` at once while offline. */
  urgent(call: Outgoing, isBoot = false): Promise<Answer> {
    const { link } = this.#options;
    if (!link.isOpen() || (!this.#booted && !isBoot)) return Promise.resolve({ type: 'lost' });
    return new Promise((resolve) => {
      this.#urgent.push({ call: this.#stamp(call), isBoot, resolve });
      void this.#pump();
    });
  }

  status(key: string, call: Outgoing): void {
    const others = this.state.statuses.filter(([existing]) => existing !== key);
    this.state.statuses = [...others, [key, this.#stamp(call)]];
    void this.#pump();
  }

  queue(call: Outgoing): void {
    const { state, lateMeterValues } = this.#options;
    if (lateMeterValues && call.isSample === true) {
      state.withheld.push(this.#stamp(call));
      return;
    }
    state.calls.push(this.#stamp(call));
    void this.#pump();
  }

  /** Lets the held-back samples of an ended transaction follow its stop. */
  release(txRef: string): void {
    const { state } = this.#options;
    const [due, kept] = [
      state.withheld.filter((call) => call.txRef === txRef),
      state.withheld.filter((call) => call.txRef !== txRef),
    ];
    state.withheld = kept;
    state.calls.push(...due);
    void this.#pump();
  }

  /** The socket is gone: nobody answers what somebody waits for. */
  offline(): void {
    const waiting = this.#urgent;
    this.#urgent = [];
    for (const item of waiting) item.resolve({ type: 'lost' });
  }

  stop(): void {
    this.#booted = false;
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
  }

  /** Resolves once nothing waits to be sent and nothing is in flight. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** A rebooted station counts its messages from 1 again. */
  resetCounter(): void {
    this.state.counter = 0;
  }

  resume(): void {
    void this.#pump();
  }

  #isIdle(): boolean {
    const { calls, statuses } = this.state;
    return !this.#inFlight && this.#urgent.length + calls.length + statuses.length === 0;
  }

  #stamp(call: Outgoing): QueuedCall {
    this.state.counter += 1;
    this.state.seq += 1;
    const { countingMessageIds } = this.#options;
    const messageId = countingMessageIds ? String(this.state.counter) : randomUUID();
    return { ...call, messageId, attempts: 0, seq: this.state.seq };
  }

  async #pump(): Promise<void> {
    if (this.#inFlight) {
      this.#again = true;
      return;
    }
    this.#inFlight = true;
    let goOn = true;
    while (goOn) {
      this.#again = false;
      const sent = this.#options.link.isOpen() && (await this.#sendNext());
      goOn = sent || this.#again;
    }
    this.#inFlight = false;
    if (this.#isIdle()) {
      const waiters = this.#idleWaiters;
      this.#idleWaiters = [];
      for (const wake of waiters) wake();
    }
  }

  /** Sends the most pressing call; false where there is none that may leave. */
  async #sendNext(): Promise<boolean> {
    const urgent = this.#urgent.findIndex((item) => this.#booted || item.isBoot);
    if (urgent >= 0) {
      const [item] = this.#urgent.splice(urgent, 1);
      if (item !== undefined) item.resolve(await this.#send(item.call));
      return true;
    }
    if (!this.#booted) return false;
    const [status] = this.state.statuses;
    if (status !== undefined) return this.#sendStatus(status[1]);
    const [next] = this.state.calls;
    if (next === undefined || this.#retryTimer !== null) return false;
    return this.#sendQueued(next);
  }

  async #sendStatus(call: QueuedCall): Promise<boolean> {
    const answer = await this.#send(call);
    if (answer.type === 'lost') return false;
    // A newer status may have replaced it meanwhile.
    const isOther = (entry: [string, QueuedCall]) => entry[1].messageId !== call.messageId;
    this.state.statuses = this.state.statuses.filter(isOther);
    return true;
  }

  async #sendQueued(queued: QueuedCall): Promise<boolean> {
    const answer = await this.#send(this.#hooks.complete(queued));
    if (answer.type === 'lost') return false;
    queued.attempts += 1;
    if (answer.type === 'error' && queued.attempts < MAX_ATTEMPTS) {
      this.#retryTimer = setTimeout(() => {
        this.#retryTimer = null;
        void this.#pump();
      }, this.#options.retryMs * queued.attempts);
      return true;
    }
    this.state.calls = this.state.calls.filter((call) => call !== queued);
    if (answer.type === 'result') this.#hooks.onAnswer(queued, answer.payload);
    return true;
  }

  async #send(call: QueuedCall): Promise<Answer> {
    this.#hooks.beforeSend(call);
    const answer = await this.#options.link.call(call.messageId, call.action, call.payload);
    this.#hooks.onOutcome(call, answer);
    return answer;
  }
}
