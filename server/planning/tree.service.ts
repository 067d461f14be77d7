import { createHash } from 'node:crypto';
import type { LimitTree } from '#domain/planning/joint/tree.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { TreeAnswer } from '#workers/optimizer.api.ts';
import type { Tx } from '../db/client.ts';
import { expectStays } from './departure.service.ts';
import {
  lastSolves, loadLimits, lockTree, sessionsBelow, storeTreeFailure, storeTreeLimits, storeTreePlan,
  type LastSolve, type TreeRoot,
} from './limit-tree.store.ts';
import { buildTree, digestOf, limitsOf, type BuiltTree } from './limit-tree.ts';
import { look, planAlone, storeAnswers, type Looked, type PlanningDeps } from './planning.service.ts';
import { loadPlanningRows } from './planning.store.ts';

/** PLANNED: looked at and stored. BUSY: another worker plans this tree. FAILED: the last plans stay in force. */
export type TreeOutcome = { state: 'PLANNED' | 'BUSY' | 'FAILED'; sessions: number };

/** A tree whose solve failed is left alone for so long, so that it does not keep the thread from the others. */
const AFTER_FAILURE_S = 60;

type Loaded = { root: TreeRoot; now: Date; looked: Looked[]; built: BuiltTree; tree: LimitTree; digest: string; last: LastSolve[] };

/** A solve threw, hung or died; what it was about goes into the record. */
class TreeSolveError extends Error {
  override readonly name = 'TreeSolveError';
  readonly loaded: Loaded;
  readonly ms: number;
  constructor(cause: unknown, args: { loaded: Loaded; ms: number }) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.loaded = args.loaded;
    this.ms = args.ms;
  }
}

/**
 * planSessions looks at open sessions: alone, or with all that share a limit with them.
 * @returns how many sessions were looked at (others may be planning some of them).
 */
export async function planSessions(deps: PlanningDeps, ids: readonly string[]): Promise<number> {
  const { looked, roots } = await planAlone(deps, ids);
  let count = looked;
  for (const root of roots) count += (await planTree(deps, root)).sessions;
  return count;
}

/**
 * planTree plans all open sessions below a limit together, as their only planner on any machine. Where the
 * solve throws, hangs or runs out of memory, the last good plans stay in force, who has none is held to what
 * the others leave, and it is reported.
 */
export async function planTree(deps: PlanningDeps, root: TreeRoot): Promise<TreeOutcome> {
  try {
    return await deps.db.asSystem((tx) => planLocked(deps, tx, root));
  } catch (error) {
    if (!(error instanceof TreeSolveError)) throw error;
    await keepLastPlans(deps, error);
    return { state: 'FAILED', sessions: error.loaded.looked.length };
  }
}

async function planLocked(deps: PlanningDeps, tx: Tx, root: TreeRoot): Promise<TreeOutcome> {
  if (!await lockTree(tx, root)) return { state: 'BUSY', sessions: 0 };
  await deps.prices.refresh(tx);
  const loaded = await loadTree(deps, tx, root);
  if (isLeftAlone(loaded)) return { state: 'FAILED', sessions: 0 };
  const { looked, now, tree, built, digest } = loaded;
  if (looked.length === 0) return { state: 'PLANNED', sessions: 0 };
  const { answers, solve, ms } = await solveTree(deps, loaded);
  const treePlanId = solve === null ? null : await storeTreePlan(tx, { root, madeAt: now, digest, solve, ms });
  if (solve !== null && treePlanId !== null) await storeTreeLimits(tx, treePlanId, { madeAt: now, limits: limitsOf(built, solve, ms) });
  await storeAnswers(deps, tx, { looked, answers, now, treePlanId });
  return { state: 'PLANNED', sessions: tree.sessions.length };
}

async function solveTree(deps: PlanningDeps, loaded: Loaded): Promise<TreeAnswer> {
  const startMs = performance.now();
  try {
    return await deps.optimizer.run((api) => api.planTree(loaded.tree));
  } catch (error) {
    throw new TreeSolveError(error, { loaded, ms: Math.round(performance.now() - startMs) });
  }
}

async function loadTree(deps: PlanningDeps, tx: Tx, root: TreeRoot): Promise<Loaded> {
  const below = await sessionsBelow(tx, root);
  await expectStays(tx, below);
  const rows = await loadPlanningRows(tx, below);
  const now = deps.clock.now();
  const limits = await loadLimits(tx, [...new Set(rows.map((row) => row.location_id))], now);
  const last = await lastSolves(tx, root);
  const looked = await Promise.all(rows.map((row) => look(deps, row, secondsFromDate(now))));
  const built = buildTree(limits);
  const sessions = looked.map(({ row, facts, because }) => ({
    id: row.id, facts, because, node: built.nodeOf(row.station_id, row.location_id),
    // A station without a connection goes on with what it accepted last.
    isHeld: row.epoch === null && row.last_state === 'ACCEPTED' && row.last_plan_version === row.plan_version,
  }));
  const digest = digestOf({ rows: limits, sessions: sessions.map(({ id, node, facts }) => ({ id, node, observedW: facts.isObserved ? facts.drawingW : null })) });
  const isNews = last.find((one) => !one.isError)?.digest !== digest;
  return { root, now, looked, built, digest, last, tree: { nodes: built.nodes, sessions, isNews } };
}

/** After a failure on the same facts, or two in a row, the tree waits; its sessions stay due. */
function isLeftAlone(loaded: Loaded): boolean {
  const [newest, before] = loaded.last;
  if (newest === undefined || !newest.isError || newest.ageS > AFTER_FAILURE_S) return false;
  return newest.digest === failureDigest(loaded) || before?.isError === true;
}

function failureDigest({ looked, digest }: Loaded): string {
  return createHash('sha256').update(digest).update(looked.map(({ row }) => row.facts_version).join()).digest('hex');
}

async function keepLastPlans(deps: PlanningDeps, error: TreeSolveError): Promise<void> {
  const { loaded, ms } = error;
  const { root, now, looked, tree, last } = loaded;
  deps.log.error({ root, sessions: looked.length, ms, error: error.message }, 'planning together failed; the last plans stay in force');
  await deps.db.asSystem((tx) => storeTreeFailure(tx, {
    root, madeAt: now, digest: failureDigest(loaded), sessions: looked.map(({ row }) => row.id), ms, error: error.message,
    isFirst: last[0]?.isError !== true,
  }));
  const isNew = looked.map(({ row }) => row.plan === null);
  if (!isNew.includes(true)) return;
  await deps.db.asSystem(async (tx) => {
    if (!await lockTree(tx, root)) return;
    const answers = await deps.optimizer.run((api) => api.planNew(tree));
    const fresh = looked.map((one, index) => ({ one, answer: answers[index] })).filter((_, index) => isNew[index]);
    await storeAnswers(deps, tx, {
      looked: fresh.map(({ one }) => one), answers: fresh.flatMap(({ answer }) => answer ?? []), now, treePlanId: null,
    });
  });
}
