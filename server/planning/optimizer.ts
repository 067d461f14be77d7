import { Worker } from 'node:worker_threads';
import { releaseProxy, wrap, type Remote } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { OptimizerApi } from '#workers/optimizer.api.ts';
import type { Log } from '../log.ts';

/** A solve that takes longer has hung: its thread is ended and started anew. */
const SOLVE_TIMEOUT_MS = 15_000;
/** A solve that takes more than this dies alone, not with the worker. */
const MEMORY_MB = 512;

export type Optimizer = {
  /** run lends the thread to `work`; a thread that throws out, hangs or dies is replaced and the call rejected. */
  run<T>(work: (api: Remote<OptimizerApi>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

type Thread = { worker: Worker; api: Remote<OptimizerApi>; died: Promise<never> };

const THREAD = new URL('../../workers/optimizer.node.ts', import.meta.url);

/**
 * createOptimizer keeps one worker thread with the pure planner and settler in it.
 * @param options.thread another module to run in the thread, `timeoutMs` another patience, `memoryMb` another
 * size: for tests.
 */
export function createOptimizer(log: Log, options: { thread?: URL; timeoutMs?: number; memoryMb?: number } = {}): Optimizer {
  const { thread: module = THREAD, timeoutMs = SOLVE_TIMEOUT_MS, memoryMb = MEMORY_MB } = options;
  let thread: Thread | null = null;
  const start = (): Thread => {
    // It only computes: of the worker's environment, with the database in it, it is told nothing.
    const worker = new Worker(module, { env: {}, resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
    const died = new Promise<never>((_, reject) => {
      worker.once('error', (error) => reject(error instanceof Error ? error : new Error(String(error))));
      worker.once('exit', (code) => reject(new Error(`optimizer thread exited with ${code}`)));
    });
    died.catch((error: unknown) => {
      if (thread?.worker !== worker) return;
      thread = null;
      log.error({ error: String(error) }, 'optimizer thread ended; the last plans stay in force');
    });
    return { worker, api: wrap<OptimizerApi>(nodeEndpoint(worker)), died };
  };
  const replace = (old: Thread) => {
    if (thread === old) thread = null;
    void old.worker.terminate();
  };
  return {
    async run(work) {
      thread ??= start();
      const current = thread;
      let timer: NodeJS.Timeout | undefined;
      const hung = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          replace(current);
          reject(new Error(`optimizer gave no answer in ${timeoutMs} ms`));
        }, timeoutMs);
      });
      try {
        return await Promise.race([work(current.api), current.died, hung]);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      const current = thread;
      thread = null;
      current?.api[releaseProxy]();
      await current?.worker.terminate();
    },
  };
}
