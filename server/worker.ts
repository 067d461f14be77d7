import type { Bus } from './bus/bus.ts';
import type { Clock } from './clock.ts';
import type { Db, Tx } from './db/client.ts';
import type { Log } from './log.ts';
import { createPrices } from './market/price.service.ts';
import { publishSynthetic, zonesInUse } from './market/publish.service.ts';
import { countDepartures } from './planning/departure.service.ts';
import { dueDepartures, neverCounted } from './planning/departure.store.ts';
import { pruneTreePlans } from './planning/limit-tree.store.ts';
import { createOptimizer } from './planning/optimizer.ts';
import { planAlone } from './planning/planning.service.ts';
import { dueSessions, nextWake } from './planning/planning.store.ts';
import { releaseStations } from './planning/release.service.ts';
import { planTree } from './planning/tree.service.ts';
import { createTreePump } from './planning/tree-pump.ts';
import { createPump } from './pump.ts';
import { settleSessions } from './settlement/settlement.service.ts';
import { dueSettlements } from './settlement/settlement.store.ts';

/** The bus may lose a word; nothing is later than this for it. */
const POLL_MS = 5_000;
const PLAN_BATCH = 64;
const SETTLE_BATCH = 50;
const PUBLISH_MS = 5_000;
/** How a joint plan was proven is of use for a week. */
const KEEP_TREE_PLANS_MS = 7 * 86_400_000;
const PRUNE_MS = 60_000;
/** What is due and stays due, since another worker holds it or its tree waits, is asked for less and less often. */
const LOOK_AGAIN_MS = 20;
const LOOK_AGAIN_MOST_MS = 1_000;

export type Worker = { close(): Promise<void> };

/**
 * createWorker makes the decisions: it plans open sessions, frees stations of what a closed one leaves
 * behind, and settles closed ones whenever their
 * facts changed, their time to look has come, or the poll finds what the bus did not say.
 */
export function createWorker(args: { db: Db; bus: Bus; clock: Clock; log: Log; syntheticSeed: number | null }): Worker {
  const { db, bus, clock, log } = args;
  const optimizer = createOptimizer(log);
  const deps = { db, clock, log, optimizer, prices: createPrices(db, bus) };

  const trees = createTreePump({ log, plan: (root) => planTree(deps, root) });
  const again = createPatience();
  const planning = createPump({
    name: 'planning', log, batch: PLAN_BATCH, pollMs: POLL_MS,
    poll: async () => {
      const due = await db.asSystem((tx) => dueSessions(tx, clock.now(), PLAN_BATCH * 4));
      again.saw(due);
      return due;
    },
    work: async (ids) => trees.add((await planAlone(deps, ids)).roots),
    idle: async (wake) => {
      const next = await db.asSystem((tx) => nextWake(tx));
      if (next !== null) wake(Math.max(again.ms(), clock.realMsUntil(next)));
    },
  });
  const settling = createPump({
    name: 'settlement', log, batch: SETTLE_BATCH, pollMs: POLL_MS,
    poll: () => db.asSystem((tx) => dueSettlements(tx, SETTLE_BATCH * 20)),
    work: async (ids) => {
      await releaseStations(deps, ids);
      await settleSessions(deps, ids);
    },
  });
  // By the poll alone: a departure that is learned seconds later is early enough for the next stay.
  let isAnyNeverCounted = true;
  const pollDepartures = async (tx: Tx) => {
    const due = await dueDepartures(tx, SETTLE_BATCH * 4);
    const never = isAnyNeverCounted ? await neverCounted(tx, SETTLE_BATCH * 4) : [];
    isAnyNeverCounted = never.length > 0;
    return [...due, ...never];
  };
  const counting = createPump({
    name: 'departures', log, batch: SETTLE_BATCH, pollMs: POLL_MS,
    poll: () => db.asSystem((tx) => pollDepartures(tx)),
    work: (ids) => countDepartures(deps, ids).then(() => undefined),
  });
  const unsubscribe = bus.subscribe('session', (ids) => {
    planning.add(ids);
    settling.add(ids);
  });
  const unsubscribeClock = bus.subscribe('clock', () => planning.add(null));
  const publishing = args.syntheticSeed === null ? null : setInterval(() => void publishDemo(args.syntheticSeed ?? 0), PUBLISH_MS);
  const pruning = setInterval(() => void pruneOld(deps), PRUNE_MS);
  const publishDemo = async (seed: number) => {
    try {
      for (const zone of await zonesInUse(db)) await publishSynthetic(deps, { zone, seed });
    } catch (error) {
      log.error({ error: String(error) }, 'publishing demo prices failed');
    }
  };
  // The thread's first answer takes half a second: not at somebody's plug-in.
  optimizer.run((api) => api.planAll([])).catch((error: unknown) => log.error({ error: String(error) }, 'the optimizer does not start'));
  planning.add(null);
  settling.add(null);
  counting.add(null);
  return {
    async close() {
      unsubscribe();
      unsubscribeClock();
      if (publishing !== null) clearInterval(publishing);
      clearInterval(pruning);
      await Promise.all([planning.close(), settling.close(), counting.close()]);
      await trees.close();
      await optimizer.close();
    },
  };
}

async function pruneOld({ db, clock, log }: { db: Db; clock: Clock; log: Log }): Promise<void> {
  try {
    await db.asSystem((tx) => pruneTreePlans(tx, new Date(clock.now().getTime() - KEEP_TREE_PLANS_MS)));
  } catch (error) {
    log.error({ error: String(error) }, 'old joint plans could not be deleted');
  }
}

/** How long to wait before asking again for what is due: twice as long each time that it is the same. */
function createPatience(): { saw(due: readonly string[]): void; ms(): number } {
  let before = '';
  let ms = LOOK_AGAIN_MS;
  return {
    saw(due) {
      const now = due.toSorted().join();
      ms = now !== '' && now === before ? Math.min(LOOK_AGAIN_MOST_MS, ms * 2) : LOOK_AGAIN_MS;
      before = now;
    },
    ms: () => ms,
  };
}
