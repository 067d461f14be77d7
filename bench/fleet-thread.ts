import { parentPort } from 'node:worker_threads';
import { expose, transfer } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { FleetPlan, FleetProblem } from '#domain/planning/fleet/fleet.ts';
import { createWorkspace, solveFleet } from '#domain/planning/fleet/solve-fleet.ts';
import { buffersOf } from './fleet-buffers.ts';

const workspace = createWorkspace();

const thread = {
  /** Plans a fleet; the plan's arrays are handed over, not copied. */
  solve(problem: FleetProblem): FleetPlan {
    const plan = solveFleet(problem, workspace);
    return transfer(plan, buffersOf(plan));
  },
};

export type FleetThread = typeof thread;

if (parentPort === null) throw new Error('fleet-thread.ts runs in a worker thread only');
expose(thread, nodeEndpoint(parentPort));
