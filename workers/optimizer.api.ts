import { nextLookAt, reasonAlone } from '#domain/planning/replan.ts';
import { planSession, type PlanningFacts } from '#domain/planning/plan-session.ts';
import { expectedCashback } from '#domain/planning/expected-cashback.ts';
import { leastCaps } from '#domain/planning/joint/least-caps.ts';
import { planTogether } from '#domain/planning/joint/plan-together.ts';
import type { LimitTree } from '#domain/planning/joint/tree.ts';
import type { TreeSolve } from '#domain/planning/joint/tree-solve.ts';
import type { Plan, PlanReason } from '#domain/planning/plan.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { settle } from '#domain/settlement/settle.ts';
import type { SettlementFacts, SettlementResult } from '#domain/settlement/facts.ts';

/** `plan` is null where the previous one stands; `lookAt`: when to hold it against the meter again. */
export type PlanningAnswer = { plan: Plan | null; lookAt: InstantS | null };

/** `solve` is null where nothing had to be solved; `ms`: how long it took. */
export type TreeAnswer = { answers: PlanningAnswer[]; solve: TreeSolve | null; ms: number };

/** A site's solve may take this long for each session, and so long at most; the first plan is finished in any case. */
const BUDGET_MS = 10;
const BUDGET_PER_SESSION_MS = 2;
const BUDGET_MOST_MS = 1_000;
const MOST_ROUNDS = 4;
/** A plan this near to the bound is not searched further. */
const GOOD_GAP = 0.002;

/** What runs in a worker thread of the server and in a Web Worker of the browser: pure functions only. */
export const optimizerApi = {
  /** planAll plans sessions independently of each other; `because` overrules the reason found. */
  planAll(sessions: readonly { facts: PlanningFacts; because: PlanReason | null }[]): PlanningAnswer[] {
    return sessions.map(({ facts, because }) => {
      const reason = reasonAlone(facts, because);
      const plan = reason === null ? null : planSession(facts, reason);
      const inForce = plan ?? facts.previous;
      return { plan, lookAt: inForce === null ? null : nextLookAt(inForce, facts) };
    });
  },
  /** planTree plans the sessions below shared limits together, as well as time allows. */
  planTree(tree: LimitTree): TreeAnswer {
    const startMs = performance.now();
    const endMs = startMs + Math.min(BUDGET_MOST_MS, BUDGET_MS + BUDGET_PER_SESSION_MS * tree.sessions.length);
    const { plans, solve } = planTogether(tree, { rounds: MOST_ROUNDS, goodGap: GOOD_GAP, shouldStop: () => performance.now() > endMs });
    const answers = tree.sessions.map(({ facts }, index): PlanningAnswer => {
      const inForce = plans[index] ?? facts.previous;
      return { plan: plans[index] ?? null, lookAt: inForce === null ? null : nextLookAt(inForce, facts) };
    });
    return { answers, solve, ms: Math.round(performance.now() - startMs) };
  },
  /**
   * planNew plans only those who have no plan yet, within what the others leave: where planning together
   * failed, nobody may charge without a limit.
   */
  planNew(tree: LimitTree): PlanningAnswer[] {
    const caps = leastCaps(tree);
    return tree.sessions.map(({ facts }, index): PlanningAnswer => {
      const cap = caps.get(index);
      if (cap === undefined) return { plan: null, lookAt: null };
      const plan = planSession({ ...facts, caps: [...facts.caps, cap] }, 'PLUG_IN');
      return { plan, lookAt: nextLookAt(plan, facts) };
    });
  },
  settleAll(facts: readonly SettlementFacts[]): SettlementResult[] {
    return facts.map(settle);
  },
  /** expectAll says what each plan would be settled at if all went as planned; null where it cannot be said. */
  expectAll(stays: readonly { facts: SettlementFacts; plan: Plan }[]): (string | null)[] {
    return stays.map(({ facts, plan }) => expectedCashback(facts, plan));
  },
};

export type OptimizerApi = typeof optimizerApi;
