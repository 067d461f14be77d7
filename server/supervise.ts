import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ENTRY = path.join(import.meta.dirname, 'index.ts');
const GUARD = new URL('exit-with-parent.ts', import.meta.url).href;
const FIRST_BACKOFF_MS = 250;
const LAST_BACKOFF_MS = 10_000;
// A child that ran this long was healthy: its next crash is a new story.
const STABLE_MS = 30_000;
const READY_LIMIT_MS = 60_000;
const HEALTH_POLL_MS = 50;
// A wrong setting or a taken port does not mend itself: give up instead of restarting for ever.
const FIRST_START_ATTEMPTS = 3;
const STOP_LIMIT_MS = 10_000;

type SuperviseLog = { info(message: string): void; warn(message: string): void };

/** One child process, ready when it sends `{ ready: true }` or its `healthUrl` answers 200. */
export type RoleSpec = {
  readonly name: string;
  /** Arguments after the entry file; by default the role's name. */
  readonly args?: readonly string[];
  /** File to run; by default server/index.ts. */
  readonly entry?: string;
  /** Added to the environment of this child only. */
  readonly env?: Readonly<Record<string, string>>;
  readonly healthUrl?: string;
};

export type SuperviseOptions = {
  readonly roles: readonly RoleSpec[];
  /** Environment of every child. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: SuperviseLog;
};

/** A group of running children. */
export type Supervised = {
  /** Resolves when all are ready; rejects with a sentence when one cannot start. */
  readonly ready: Promise<void>;
  /** Resolves when the role's present process is ready (again). */
  whenReady(name: string): Promise<void>;
  /** Process id of a role's present process; undefined while it is down. */
  pid(name: string): number | undefined;
  /** Stops all: SIGTERM, and SIGKILL for what still runs after 10 s. */
  stop(): Promise<void>;
};

function backoffMs(crashes: number): number {
  return Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(crashes, 10));
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

function isReadyMessage(message: unknown): boolean {
  return (
    message !== null && typeof message === 'object' && 'ready' in message && message.ready === true
  );
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

class Role {
  readonly #spec: RoleSpec;
  readonly #options: SuperviseOptions;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #ready = Promise.withResolvers<void>();
  #wasReady = false;
  readonly #loop: Promise<void>;

  constructor(spec: RoleSpec, options: SuperviseOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#ready.promise.catch(() => undefined);
    this.#loop = this.#run();
  }

  get pid(): number | undefined {
    return this.#child === undefined || hasEnded(this.#child) ? undefined : this.#child.pid;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    let crashes = 0;
    while (!this.#stopping.signal.aborted) {
      const startedMs = performance.now();
      const end = await this.#runOnce();
      if (this.#stopping.signal.aborted) return;
      if (this.#wasReady) this.#renew();
      crashes = performance.now() - startedMs > STABLE_MS ? 0 : crashes;
      if (!this.#wasReady && crashes + 1 >= FIRST_START_ATTEMPTS) {
        this.#ready.reject(new Error(`${this.#spec.name} could not start (${end}): see above.`));
        return;
      }
      const pauseMs = backoffMs(crashes);
      crashes += 1;
      log.warn(`${this.#spec.name} ended (${end}); starting it again in ${pauseMs} ms.`);
      await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #renew(): void {
    this.#ready = Promise.withResolvers<void>();
    this.#ready.promise.catch(() => undefined);
  }

  async #runOnce(): Promise<string> {
    const child = this.#spawn();
    this.#child = child;
    const ended = new AbortController();
    const exit = new Promise<string>((resolve) => {
      child.on('error', (error) => {
        resolve(error.message);
      });
      child.on('exit', (code, signal) => {
        resolve(signal ?? `exit code ${code}`);
      });
    });
    void this.#awaitReady(child, ended.signal);
    const end = await exit;
    ended.abort();
    return end;
  }

  #spawn(): ChildProcess {
    const { name, args = [name], entry = ENTRY, env } = this.#spec;
    return spawn(process.execPath, ['--import', GUARD, entry, ...args], {
      env: { ...this.#options.env, ...env, NODE_ENV: 'production' },
      // Children write their log to our stderr; stdout is for results.
      stdio: ['ignore', 2, 2, 'ipc'],
      // A group of their own: Ctrl-C in a terminal reaches us alone, and we stop them in order.
      detached: true,
    });
  }

  async #awaitReady(child: ChildProcess, ended: AbortSignal): Promise<void> {
    const said = Promise.withResolvers<void>();
    child.on('message', (message) => {
      if (isReadyMessage(message)) said.resolve();
    });
    const tooLate = AbortSignal.timeout(READY_LIMIT_MS);
    const over = AbortSignal.any([ended, tooLate, this.#stopping.signal]);
    const aborted = new Promise<void>((resolve) => {
      over.addEventListener('abort', () => {
        resolve();
      });
    });
    await Promise.race([said.promise, this.#pollHealth(over), aborted]);
    if (!over.aborted) {
      this.#wasReady = true;
      this.#options.log.info(`${this.#spec.name} is ready.`);
      this.#ready.resolve();
    } else if (tooLate.aborted && !ended.aborted) {
      this.#options.log.warn(`${this.#spec.name} was not ready within ${READY_LIMIT_MS / 1000} s.`);
      child.kill('SIGKILL');
    }
  }

  async #pollHealth(over: AbortSignal): Promise<void> {
    const { healthUrl } = this.#spec;
    if (healthUrl === undefined) {
      await new Promise(() => undefined);
      return;
    }
    while (!over.aborted && !(await isHealthy(healthUrl))) {
      await sleep(HEALTH_POLL_MS, undefined, { signal: over }).catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    if (child !== undefined && child.pid !== undefined && !hasEnded(child)) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const kill = setTimeout(() => {
        this.#options.log.warn(`${this.#spec.name} did not stop within 10 s: killed.`);
        child.kill('SIGKILL');
      }, STOP_LIMIT_MS);
      await exit;
      clearTimeout(kill);
    }
    await this.#loop;
    this.#ready.reject(new Error(`${this.#spec.name} was stopped.`));
  }
}

/**
 * Starts one process per role and keeps them running: a crashed one is started again after 250 ms,
 * doubling to 10 s. A role that ends three times before it was ever ready makes `ready` reject.
 */
export function supervise(options: SuperviseOptions): Supervised {
  const roles = new Map(options.roles.map((spec) => [spec.name, new Role(spec, options)]));
  const find = (name: string): Role => {
    const role = roles.get(name);
    if (role === undefined) throw new Error(`There is no role "${name}".`);
    return role;
  };
  const all = [...roles.values()];
  const ready = Promise.all(all.map((role) => role.ready)).then(() => undefined);
  // Whoever only stops the group need not listen.
  ready.catch(() => undefined);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all(all.map((role) => role.stop()));
  };
  return {
    ready,
    whenReady: (name) => find(name).ready,
    pid: (name) => find(name).pid,
    stop: () => (stopping ??= stop()),
  };
}

/** Called by a child once it serves: tells its supervisor, where there is one. */
export function reportReady(): void {
  process.send?.({ ready: true });
}

/**
 * Resolves at the first SIGINT or SIGTERM, or when the process that started this one is gone (its
 * channel closed), so that nothing outlives a killed parent. Later signals are swallowed: stopping
 * has a limit of its own, and one Ctrl-C can arrive twice.
 */
export function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      resolve();
    };
    process.once('disconnect', stop);
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
