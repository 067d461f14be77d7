import { parentPort, workerData } from 'node:worker_threads';
import { BacktestRunner, type BacktestJob } from './job.ts';
import { SessionRowError } from './session-csv.ts';
import type { ThreadAnswer, ThreadOrder } from './threads.ts';

if (parentPort === null) throw new Error('thread.ts runs in a worker thread only');
const port = parentPort;
const runner = new BacktestRunner(workerData as BacktestJob);

port.on('message', (order: ThreadOrder) => {
  const answer = answerTo(order);
  port.postMessage(answer, answer.kind === 'piece' ? [answer.buffer] : []);
});

function answerTo(order: ThreadOrder): ThreadAnswer {
  if (order.kind === 'finish') return { kind: 'done', data: runner.finish() };
  try {
    const bytes = Buffer.from(order.bytes.buffer, order.bytes.byteOffset, order.bytes.byteLength);
    return { kind: 'piece', buffer: order.bytes.buffer, ...runner.run(bytes) };
  } catch (error) {
    const line = error instanceof SessionRowError ? error.line : null;
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', line, message };
  }
}
