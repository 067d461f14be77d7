import { type Answer, Link, type LinkHandlers } from './link.ts';
import { Outbox, type OutboxHooks, type OutboxState } from './outbox.ts';
import type { Protocol } from './protocol.ts';
import {
  type EventBody,
  type StationOptions,
  type StationTiming,
  TIMING,
} from './station-types.ts';

export type PresenceHooks = OutboxHooks & {
  onRequest: LinkHandlers['onRequest'];
  /** Booted and served; `isFirst` is false for a socket that was re-made. */
  onOnline: (isFirst: boolean) => void;
  learn: (currentTimeMs: number) => void;
  emit: (event: EventBody) => void;
};

export type PresenceArgs = {
  options: StationOptions;
  protocol: Protocol;
  config: Record<string, string>;
  booted: boolean;
};

/** The station's standing with the back office: socket, boot, heartbeat, what waits to be sent. */
export class Presence {
  readonly link: Link;
  readonly outbox: Outbox;
  readonly #args: PresenceArgs;
  readonly #hooks: PresenceHooks;
  readonly #timing: StationTiming;
  #booted: boolean;
  #bootReason: 'PowerUp' | 'RemoteReset' = 'PowerUp';
  #online = false;
  #hadSocket = false;
  #running = true;
  #bootTimer: NodeJS.Timeout | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #onlineWaiters: (() => void)[] = [];

  constructor(args: PresenceArgs, rest: { outbox: OutboxState; hooks: PresenceHooks }) {
    this.#args = args;
    this.#hooks = rest.hooks;
    this.#booted = args.booted;
    this.#timing = { ...TIMING, ...args.options.timing };
    const { url, id, key, quirks } = args.options;
    const { subprotocol } = args.protocol;
    this.link = new Link(
      { url, id, key, subprotocol, ...this.#timing },
      {
        onOpen: () => this.#onOpen(),
        onClose: (reason) => this.#onClose(reason),
        onRequest: this.#hooks.onRequest,
      },
    );
    this.outbox = new Outbox(
      {
        link: this.link,
        state: rest.outbox,
        countingMessageIds: quirks?.countingMessageIds === true,
        lateMeterValues: quirks?.lateMeterValues === true,
        retryMs: this.#timing.retryMs,
      },
      this.#hooks,
    );
  }

  isOnline(): boolean {
    return this.#online;
  }

  isBooted(): boolean {
    return this.#booted;
  }

  connect(): Promise<void> {
    if (this.#online) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onlineWaiters.push(resolve);
      this.link.open();
    });
  }

  /** Drops the socket; the next one begins with BootNotification. */
  reboot(): void {
    this.#booted = false;
    this.#bootReason = 'RemoteReset';
    this.outbox.resetCounter();
    this.link.redial();
  }

  boot(): void {
    void this.#boot();
  }

  beat(): void {
    void this.#beat();
  }

  // Heartbeats say that the link lives, so they keep real time on any clock.
  startHeartbeat(): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    const everyS = Number(this.#args.config[this.#args.protocol.heartbeatKey] ?? 300);
    this.#heartbeat = everyS > 0 ? setInterval(() => this.beat(), everyS * 1000) : null;
  }

  halt(): void {
    this.#running = false;
    this.outbox.stop();
    if (this.#bootTimer !== null) clearTimeout(this.#bootTimer);
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
  }

  #onOpen(): void {
    if (!this.#running) return;
    if (!this.#booted) return void this.#boot();
    this.#goOnline('connected again');
    // Nobody told the time since the last socket; a restarted back office may have moved its clock.
    this.beat();
  }

  #onClose(reason: string): void {
    this.outbox.setBooted(false);
    this.outbox.offline();
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
    this.#online = false;
    this.#hooks.emit({ type: 'offline', reason });
  }

  async #boot(): Promise<void> {
    const call = this.#args.protocol.boot(this.#bootReason);
    const answer = await this.outbox.urgent(call, true);
    if (!this.#running || answer.type === 'lost') return;
    const boot = this.#bootAnswer(answer);
    if (boot === null || boot.status !== 'Accepted') {
      const waitMs = boot === null ? this.#timing.retryMs : Math.max(1, boot.intervalS) * 1000;
      this.#bootTimer = setTimeout(() => void this.#boot(), waitMs);
      return;
    }
    this.#hooks.learn(boot.currentTimeMs);
    const { config, protocol } = this.#args;
    if (boot.intervalS > 0) config[protocol.heartbeatKey] = String(boot.intervalS);
    this.#booted = true;
    protocol.statusAll();
    this.#goOnline('booted');
  }

  #bootAnswer(answer: Answer): ReturnType<Protocol['bootAnswer']> | null {
    return answer.type === 'result' ? this.#args.protocol.bootAnswer(answer.payload) : null;
  }

  #goOnline(reason: string): void {
    const isFirst = !this.#hadSocket;
    this.#hadSocket = true;
    this.#online = true;
    this.outbox.setBooted(true);
    this.startHeartbeat();
    this.#hooks.emit({ type: 'online', reason });
    this.#hooks.onOnline(isFirst);
    const waiters = this.#onlineWaiters;
    this.#onlineWaiters = [];
    for (const wake of waiters) wake();
  }

  async #beat(): Promise<void> {
    const answer = await this.outbox.urgent({ action: 'Heartbeat', payload: {}, txRef: null });
    if (!this.#running || answer.type !== 'result') return;
    const { currentTime } = answer.payload as { currentTime?: string };
    this.#hooks.learn(Date.parse(currentTime ?? ''));
  }
}
