import { Worker } from 'node:worker_threads';
import type { BacktestData } from '#domain/planning/backtest/backtester.ts';
import type { BacktestJob, PieceAnswer } from './job.ts';

export type ThreadOrder = { kind: 'piece'; bytes: Uint8Array<ArrayBuffer> } | { kind: 'finish' };
export type ThreadAnswer =
  | ({ kind: 'piece'; buffer: ArrayBuffer } & PieceAnswer)
  | { kind: 'failed'; line: number | null; message: string }
  | { kind: 'done'; data: BacktestData };

/** A piece that could not be worked: `line` counts within it, null where no line is to blame. */
export class PieceError extends Error {
  readonly line: number | null;
  constructor(line: number | null, message: string) {
    super(message);
    this.line = line;
  }
}

/** One thread with a backtest in it: one piece at a time, answers in order. */
export type BacktestThread = {
  /** The answer gives the memory of `bytes` back. */
  run(bytes: Uint8Array<ArrayBuffer>): Promise<PieceAnswer & { buffer: ArrayBuffer }>;
  finish(): Promise<BacktestData>;
  close(): Promise<unknown>;
};

const MAX_HEAP_MB = 512;

/** startThread starts a worker thread; what kills it rejects whatever it still owes. */
export function startThread(job: BacktestJob): BacktestThread {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  const died = new Promise<never>((_, reject) => {
    worker.once('error', (error) => {
      reject(error instanceof Error ? error : new Error(String(error)));
    });
    worker.once('exit', (code) => {
      reject(new Error(`a thread of the backtest ended with ${code}`));
    });
  });
  died.catch(() => undefined);
  const ask = (order: ThreadOrder, transfer: ArrayBuffer[]) => {
    const answered = new Promise<ThreadAnswer>((resolve) => {
      worker.once('message', resolve);
    });
    worker.postMessage(order, transfer);
    return Promise.race([answered, died]);
  };
  return {
    async run(bytes) {
      const answer = await ask({ kind: 'piece', bytes }, [bytes.buffer]);
      if (answer.kind === 'piece') return answer;
      throw asError(answer);
    },
    async finish() {
      const answer = await ask({ kind: 'finish' }, []);
      if (answer.kind === 'done') return answer.data;
      throw asError(answer);
    },
    close: () => worker.terminate(),
  };
}

function asError(answer: ThreadAnswer): Error {
  if (answer.kind === 'failed') return new PieceError(answer.line, answer.message);
  return new Error('a thread of the backtest answered out of turn');
}
