import { Worker } from 'node:worker_threads';
import { releaseProxy, transfer, wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { FleetProblem } from '#domain/planning/fleet/fleet.ts';
import { buffersOf } from './fleet-buffers.ts';
import type { FleetThread } from './fleet-thread.ts';

/**
 * timeRoundTrips hands a fleet to a worker thread through Comlink and takes the plan back, as the
 * server does: problem and plan are transferred; the copy that is given away is made before the
 * clock starts. Gives ms per run, the first few left out.
 */
export async function timeRoundTrips(problem: FleetProblem, runs: number): Promise<{ times: number[]; cost: bigint }> {
  const worker = new Worker(new URL('fleet-thread.ts', import.meta.url));
  const thread = wrap<FleetThread>(nodeEndpoint(worker));
  const times: number[] = [];
  let cost = 0n;
  try {
    for (let run = -10; run < runs; run += 1) {
      const given = structuredClone(problem);
      const startedMs = performance.now();
      const plan = await thread.solve(transfer(given, buffersOf(given)));
      if (run >= 0) times.push(performance.now() - startedMs);
      cost = plan.cost;
    }
  } finally {
    thread[releaseProxy]();
    await worker.terminate();
  }
  return { times, cost };
}
