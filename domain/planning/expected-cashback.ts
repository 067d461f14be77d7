import type { LimitInForce, RegisterReading, SettlementFacts } from '../settlement/facts.ts';
import { settle } from '../settlement/settle.ts';
import { QUARTER_S, quarterStart } from '../time/instant.ts';
import { plannedBy } from './replan.ts';
import type { Plan } from './plan.ts';

/**
 * expectedCashback settles the stay as if the plan were followed to its end: the readings so far,
 * then the plan's own, under the plan's limits, at published and expected prices. The rule is the
 * one that will be settled by, so "expected" and "final" differ only by what really happens.
 * @returns the driver's part in micro-euro as text; null while a needed price is unknown.
 */
export function expectedCashback(facts: SettlementFacts, plan: Plan): string | null {
  const transaction = facts.transactions.at(-1);
  if (transaction === undefined || plan.slots.some((slot) => slot.energyMilliWh > 0 && slot.priceTicks === null)) return null;
  const endAt = Math.max(plan.readyAt ?? plan.madeAt, plan.madeAt) + 1;
  const last = transaction.readings.at(-1);
  const base = (last?.registerMilliWh ?? 0) - plan.deliveredMilliWh;
  const ahead = readingsAhead(plan, endAt).map((at): RegisterReading =>
    ({ at, receivedAt: at, registerMilliWh: base + plannedBy(plan, at), powerW: null }));
  const behind = transaction.readings.filter((reading) => reading.at < plan.madeAt);
  const result = settle({
    ...facts,
    plugOutAt: endAt,
    transactions: [
      ...facts.transactions.slice(0, -1),
      { ...transaction, stoppedAt: endAt, readings: [...behind, ...ahead] },
    ],
    limits: [...cutAt(facts.limits, plan.madeAt), ...limitsAhead(plan, endAt)],
    prices: facts.prices.map((price) => ({ ...price, kind: 'published' as const })),
  });
  return result.kind === 'settled' ? result.parts.driverMicro.toString() : null;
}

function readingsAhead(plan: Plan, endAt: number): number[] {
  const at = new Set([plan.madeAt, endAt]);
  for (const slot of plan.slots) {
    if (slot.chargeSeconds === 0) continue;
    at.add(slot.chargeFromAt);
    at.add(slot.chargeFromAt + slot.chargeSeconds);
  }
  for (let quarter = quarterStart(plan.madeAt) + QUARTER_S; quarter < endAt; quarter += QUARTER_S) at.add(quarter);
  return [...at].filter((instant) => instant <= endAt).sort((a, b) => a - b);
}

function cutAt(limits: readonly LimitInForce[], at: number): LimitInForce[] {
  return limits.filter((limit) => limit.fromAt < at).map((limit) => ({ ...limit, toAt: Math.min(limit.toAt, at) }));
}

function limitsAhead(plan: Plan, endAt: number): LimitInForce[] {
  return plan.periods.filter((period) => period.fromAt < endAt).map((period, index) => ({
    fromAt: period.fromAt, toAt: Math.min(endAt, plan.periods[index + 1]?.fromAt ?? endAt), limitW: period.limitW,
  }));
}
