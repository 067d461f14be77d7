import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { optimizerApi, type OptimizerApi } from '#workers/optimizer.api.ts';

/** A wish that ends the thread which plans it. */
export const FATAL_MILLI_WH = 13;

/** Wishes at which planning together throws, hangs, and takes all memory. */
export const BROKEN_MILLI_WH = { throws: 17, hangs: 19, fills: 23 } as const;

/** The optimizer's thread as tests need it: it plans, and `settleAll` of 1 stay dies, of 2 hangs, of 3 throws, of 4 throws what it knows of its environment. */
const api: OptimizerApi = {
  ...optimizerApi,
  planAll(sessions) {
    if (sessions.some(({ facts }) => facts.wish.energyMilliWh === FATAL_MILLI_WH)) process.exit(7);
    return optimizerApi.planAll(sessions);
  },
  planTree(tree) {
    const wishes = new Set(tree.sessions.map(({ facts }) => facts.wish.energyMilliWh));
    if (wishes.has(FATAL_MILLI_WH)) process.exit(7);
    if (wishes.has(BROKEN_MILLI_WH.throws)) throw new RangeError('seventeen is too many');
    const heap: number[][] = [];
    while (wishes.has(BROKEN_MILLI_WH.fills)) heap.push(Array.from<number>({ length: 1_000_000 }).fill(heap.length));
    for (;;) if (!wishes.has(BROKEN_MILLI_WH.hangs)) return optimizerApi.planTree(tree);
  },
  settleAll(facts) {
    if (facts.length === 1) process.exit(7);
    if (facts.length === 4) throw new RangeError(`knows ${Object.keys(process.env).join(', ') || 'nothing'}`);
    if (facts.length === 3) throw new RangeError('three is too many');
    for (;;) if (facts.length !== 2) return [];
  },
};

if (parentPort !== null) expose(api, nodeEndpoint(parentPort));
