import { decideReplan, nextLookAt } from '#domain/planning/replan.ts';
import { planSession, type PlanningFacts } from '#domain/planning/plan-session.ts';
import { expectedCashback } from '#domain/planning/expected-cashback.ts';
import type { Plan, PlanReason } from '#domain/planning/plan.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { settle } from '#domain/settlement/settle.ts';
import type { SettlementFacts, SettlementResult } from '#domain/settlement/facts.ts';

/** `plan` is null where the previous one stands; `lookAt`: when to hold it against the meter again. */
export type PlanningAnswer = { plan: Plan | null; lookAt: InstantS | null };

/** What runs in a worker thread of the server and in a Web Worker of the browser: pure functions only. */
export const optimizerApi = {
  /** planAll plans sessions independently of each other; `because` overrules the reason found. */
  planAll(sessions: readonly { facts: PlanningFacts; because: PlanReason | null }[]): PlanningAnswer[] {
    return sessions.map(({ facts, because }) => {
      const reason = decideReplan(facts) ?? because;
      const plan = reason === null ? null : planSession(facts, reason);
      const inForce = plan ?? facts.previous;
      return { plan, lookAt: inForce === null ? null : nextLookAt(inForce, facts) };
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
