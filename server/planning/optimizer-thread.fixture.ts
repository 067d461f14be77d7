import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { optimizerApi, type OptimizerApi } from '#workers/optimizer.api.ts';

/** A wish that ends the thread which plans it. */
export const FATAL_MILLI_WH = 13;

/** The optimizer's thread as tests need it: it plans, and `settleAll` of 1 stay dies, of 2 hangs, of 3 throws. */
const api: OptimizerApi = {
  ...optimizerApi,
  planAll(sessions) {
    if (sessions.some(({ facts }) => facts.wish.energyMilliWh === FATAL_MILLI_WH)) process.exit(7);
    return optimizerApi.planAll(sessions);
  },
  settleAll(facts) {
    if (facts.length === 1) process.exit(7);
    if (facts.length === 3) throw new RangeError('three is too many');
    for (;;) if (facts.length !== 2) return [];
  },
};

if (parentPort !== null) expose(api, nodeEndpoint(parentPort));
