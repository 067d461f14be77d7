import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ScratchReady } from '#server/cli/scratch.ts';
import type { GeneratorJob } from './generator.ts';
import type { ReadersJob } from './pages-readers.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const STOP_LIMIT_MS = 20_000;

export type Child = { pid: number; process: ChildProcess; stop(): Promise<void> };

const living = new Set<Child>();

/** stopChildrenAtEnd makes an interrupted bench leave nothing behind: no demo, no database. */
export function stopChildrenAtEnd(): void {
  const end = () => {
    void Promise.all([...living].map((child) => child.stop())).then(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  process.once('disconnect', end);
}

/** startChild runs one of our own programs on this Node with a channel; what it says goes to stderr. */
export function startChild(words: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const [file = '', ...args] = words;
  const child = spawn(process.execPath, [path.join(ROOT, file), ...args], {
    cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 2, 2, 'ipc'],
  });
  const exit = once(child, 'exit').finally(() => living.delete(started));
  const started: Child = {
    pid: child.pid ?? 0, process: child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const kill = setTimeout(() => { child.kill('SIGKILL'); }, STOP_LIMIT_MS);
      await exit;
      clearTimeout(kill);
    },
  };
  living.add(started);
  return started;
}

/** nextMessage is what a child says next. @throws Error when it ends first. */
export async function nextMessage(child: Child): Promise<unknown> {
  const over = new AbortController();
  const ended = once(child.process, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`a process of the bench ended with ${String(code)}: see above`);
  });
  const said = once(child.process, 'message', { signal: over.signal }).then(([message]) => message as unknown);
  try {
    return await Promise.race([said, ended]);
  } finally {
    over.abort();
    await Promise.allSettled([said, ended]);
  }
}

export type Scratch = ScratchReady & { stop(): Promise<void> };

/** startScratch starts a system on a database of its own. @param args.roles none: only the database. */
export async function startScratch(args: {
  roles: readonly string[]; stations: number; pastStays?: number; cookies?: boolean; env?: Readonly<Record<string, string>>;
}): Promise<Scratch> {
  const child = startChild([
    'server/cli/scratch.ts', `--roles=${args.roles.join(',')}`, `--stations=${args.stations}`,
    `--past-stays=${args.pastStays ?? 0}`, ...(args.cookies === true ? ['--cookies'] : []),
  ], args.env);
  const ready = await nextMessage(child) as ScratchReady;
  return { ...ready, stop: () => child.stop() };
}

/** A process of the bench that does one job after the other. */
type Worker<J> = { pid: number; ask<T>(job: J): Promise<T>; stop(): Promise<void> };
export type Generator = Worker<GeneratorJob>;
export type Readers = Worker<ReadersJob>;

/** startGenerator starts the stations' process. */
export function startGenerator(): Generator {
  return startWorker('generator');
}

/** startReaders starts the process of those who look at pages. */
export function startReaders(): Readers {
  return startWorker('page-readers');
}

function startWorker<J extends object>(part: string): Worker<J> {
  const child = startChild(['bench/main.ts', part]);
  return {
    pid: child.pid,
    async ask<T>(job: J) {
      const answer = nextMessage(child);
      child.process.send(job);
      const message = await answer as { result: T } | { error: string };
      if ('error' in message) throw new Error(message.error);
      return message.result;
    },
    stop: () => child.stop(),
  };
}
