import type { Log } from '../log.ts';
import { createPump } from '../pump.ts';
import type { TreeRoot } from './limit-tree.store.ts';
import type { TreeOutcome } from './tree.service.ts';

/** Plug-ins, wishes and meter values come in bursts: one solve answers them all. */
const GATHER_MS = 30;
/** Another worker plans the tree, perhaps without what we heard of. */
const BUSY_MS = 200;
const TREES_AT_ONCE = 4;
const POLL_MS = 5_000;

export type TreePump = { add(roots: readonly TreeRoot[]): void; close(): Promise<void> };

/**
 * createTreePump plans trees a moment after the first word about them, so that a burst makes one solve; words
 * that come while a tree is planned make the next. A tree that another worker plans is looked at again.
 */
export function createTreePump(args: { log: Log; plan(root: TreeRoot): Promise<TreeOutcome> }): TreePump {
  const waiting = new Map<TreeRoot, NodeJS.Timeout>();
  const pump = createPump({
    name: 'trees', log: args.log, batch: TREES_AT_ONCE, pollMs: POLL_MS,
    // What is due is found by the pump of the sessions.
    poll: async () => [],
    work: async (roots) => {
      for (const root of roots) {
        const { state } = await args.plan(root);
        if (state === 'BUSY') addIn(root, BUSY_MS);
      }
    },
  });
  const addIn = (root: TreeRoot, ms: number) => {
    if (waiting.has(root)) return;
    waiting.set(root, setTimeout(() => {
      waiting.delete(root);
      pump.add([root]);
    }, ms));
  };
  return {
    add(roots) {
      for (const root of roots) addIn(root, GATHER_MS);
    },
    async close() {
      for (const timer of waiting.values()) clearTimeout(timer);
      await pump.close();
    },
  };
}
