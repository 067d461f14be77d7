import { commandPayloads } from '#domain/charging/commands.ts';
import { plausibleReadings } from '#domain/charging/readings.ts';
import type { Plan } from '#domain/planning/plan.ts';
import { limitsOfProfile } from '#domain/planning/profile.ts';
import type { SettlementFacts } from '#domain/settlement/facts.ts';
import { verifyReceipt, type SettlementFigures } from '#domain/settlement/receipt.ts';
import { CLOCK_TOLERANCE_S } from '#domain/settlement/stay.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { judgeFollowed, type PlanInForce } from './followed.ts';

/** What a stay's station accepted, in the order of its answers. */
export type AcceptedCommand = { action: string; planVersion: number | null; payload: unknown; sentAt: string | null; answeredAt: string };
/** What is stored of a stay that its verdict depends on. */
export type StoredStay = {
  facts: SettlementFacts | null; phases: number;
  plans: readonly { version: number; content: Plan }[];
  commands: readonly AcceptedCommand[];
};

/** verdictOf judges a settled stay by its stored samples and every plan that was in force in it. */
export function verdictOf(stay: StoredStay): { followed: boolean; reason: string } {
  const { facts } = stay;
  if (stay.plans.length === 0 || facts === null) return { followed: false, reason: 'NOT_PLANNED' };
  const traces = facts.transactions.map(({ readings }) => plausibleReadings({
    readings, ratedPowerW: facts.ratedPowerW, clockToleranceS: facts.clockToleranceS ?? CLOCK_TOLERANCE_S,
  }).accepted);
  return judgeFollowed({ plans: plansInForce(stay, facts), traces });
}

/**
 * A profile is in force from its acceptance until the next one (or a clearing) is sent, for a station acts
 * on that before its answer is here, or until the end of the transaction it was for.
 */
function plansInForce(stay: StoredStay, facts: SettlementFacts): PlanInForce[] {
  const stops = facts.transactions.map(({ stoppedAt }) => stoppedAt).sort((a, b) => a - b);
  return stay.commands.flatMap((command, index): PlanInForce[] => {
    const parsed = commandPayloads.SetChargingProfile.safeParse(command.payload);
    const plan = stay.plans.find(({ version }) => version === command.planVersion)?.content;
    if (command.action !== 'SetChargingProfile' || !parsed.success || plan === undefined) return [];
    const { profile } = parsed.data;
    const fromAt = secondsOf(command.answeredAt);
    const next = stay.commands[index + 1];
    const stop = profile.purpose === 'TxProfile' ? stops.find((at) => at > fromAt) : undefined;
    const toAt = Math.min(next === undefined ? Infinity : secondsOf(next.sentAt ?? next.answeredAt), stop ?? facts.plugOutAt);
    const isBlind = plan.mode === 'PROBE' || plan.deliveredMilliWh === 0;
    return fromAt >= toAt ? [] : [{
      fromAt, toAt, slots: isBlind ? null : plan.slots, limits: limitsOfProfile(profile, stay.phases === 1 ? 1 : 3),
    }];
  });
}

function secondsOf(iso: string): InstantS {
  return Math.floor(Date.parse(iso) / 1000);
}

/** EUR 1e-11 in a micro-euro. */
const EXACT_PER_MICRO = 100_000n;
const EXACT_FIGURES = new Set(['baselineExact', 'actualExact', 'savingExact']);

/**
 * changedMicro is what settling stored facts once more would change, summed over every part, the pot and
 * the totals: micro-euro, an exact amount's fraction counting whole and each milli-Wh as one. 0 only
 * where everything is the same to the last digit.
 */
export function changedMicro(facts: SettlementFacts, stored: SettlementFigures): bigint {
  const check = verifyReceipt(facts, stored);
  if (check.kind === 'same') return 0n;
  if (check.kind === 'waiting') return 1n;
  return check.differences.reduce((sum, { figure, stored: before, recomputed }) => {
    const change = BigInt(recomputed) - BigInt(before);
    const size = change < 0n ? -change : change;
    return sum + (EXACT_FIGURES.has(figure) ? (size + EXACT_PER_MICRO - 1n) / EXACT_PER_MICRO : size);
  }, 0n);
}
