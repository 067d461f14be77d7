import { createHash } from 'node:crypto';
import type { Plan, PlanReason } from '#domain/planning/plan.ts';
import type { PlanningFacts } from '#domain/planning/plan-session.ts';
import { profileFromPlan, type Rung } from '#domain/planning/profile.ts';
import { isProven } from '#domain/planning/proven.ts';
import { decideSteering, isObeyed, type LastProfile } from '#domain/planning/steer.ts';
import { DAY_S, dateFromSeconds, secondsFromDate, type InstantS } from '#domain/time/instant.ts';
import type { PlanningAnswer } from '#workers/optimizer.api.ts';
import { publish } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import type { Log } from '../log.ts';
import { learnCapabilities } from '../fleet/command.store.ts';
import type { Prices } from '../market/price.service.ts';
import { loadFacts } from '../settlement/settlement.service.ts';
import { readComposites } from './composite.service.ts';
import { expectStays } from './departure.service.ts';
import { rootsOf, type TreeRoot } from './limit-tree.store.ts';
import type { Optimizer } from './optimizer.ts';
import { capabilitiesOf, meteredPower, planningFacts } from './planning-facts.ts';
import {
  loadPlanningRows, lockOpen, lockSessions, storeCommands, storeLookedAt, storePlans, type NewCommand, type NewPlan,
  type PlanningRow,
} from './planning.store.ts';

export type PlanningDeps = { db: Db; clock: Clock; prices: Prices; optimizer: Optimizer; log: Log };

/** Beyond any deadline that is planned for, so that expected prices reach it. */
const HORIZON_S = 2 * DAY_S;
/** A profile that did not hold the whole plan is sent anew this long before its told part ends. */
const ROLL_BEFORE_S = 3_600;

export type Looked = { row: PlanningRow; facts: PlanningFacts; because: PlanReason | null; rung: Rung };

/**
 * planAlone looks at those of `ids` that share no limit: makes a plan version where there is a reason for
 * one, and a command where the station has to be told. The same facts change nothing.
 * @returns how many it looked at (others may hold some of them), and the trees of the rest.
 */
export async function planAlone(deps: PlanningDeps, ids: readonly string[]): Promise<{ looked: number; roots: TreeRoot[] }> {
  if (ids.length === 0) return { looked: 0, roots: [] };
  return await deps.db.asSystem(async (tx) => {
    await deps.prices.refresh(tx);
    const now = deps.clock.now();
    const places = await rootsOf(tx, ids, now);
    const alone = places.filter((place) => place.root === null).map((place) => place.id);
    const roots = [...new Set(places.flatMap((place) => place.root ?? []))];
    if (alone.length === 0) return { looked: 0, roots };
    const held = await lockSessions(tx, alone);
    await expectStays(tx, held);
    const rows = await loadPlanningRows(tx, held);
    const looked = await Promise.all(rows.map((row) => look(deps, row, secondsFromDate(now))));
    const answers = looked.length === 0 ? []
      : await deps.optimizer.run((api) => api.planAll(looked.map(({ facts, because }) => ({ facts, because }))));
    await storeAnswers(deps, tx, { looked, answers, now, treePlanId: null });
    return { looked: rows.length, roots };
  });
}

/**
 * storeAnswers stores what was planned, and the commands that follow from it.
 * @param args.answers in the order of `looked`.
 */
export async function storeAnswers(deps: PlanningDeps, tx: Tx, args: {
  looked: readonly Looked[]; answers: readonly PlanningAnswer[]; now: Date; treePlanId: string | null;
}): Promise<void> {
  const { looked, answers, now: nowDate, treePlanId } = args;
  const now = secondsFromDate(nowDate);
  const answered = looked.flatMap((one, index) => {
    const answer = answers[index];
    return answer === undefined ? [] : [{ ...one, answer }];
  });
  await addExpectations(deps, tx, answered);
  // A profile for a stay that ended meanwhile would be the next driver's.
  const open = await lockOpen(tx, answered.filter((one) => isToStore(one, now)).map((one) => one.row.id));
  const planned = answered.filter((one) => open.has(one.row.id));
  const commands = planned.flatMap((one) => commandsFor(one, now));
  await storePlans(tx, planned.flatMap((one) => (one.answer.plan === null ? [] : [newPlan(one, treePlanId)])));
  await storeCommands(tx, commands, nowDate);
  await storeLookedAt(tx, planned.map((one) => ({
    id: one.row.id, factsVersion: one.row.facts_version, wakeAt: wakeAt(one, now), steering: one.rung,
  })));
  await readComposites(tx, planned.filter((one) => one.row.composite_is_unread).map((one) => one.row.id), nowDate);
  for (const { row, facts, rung } of planned) {
    if (facts.hasDrawn && isWorthRemembering(row, rung)) await learnCapabilities(tx, row.station_id, { rung });
  }
  await publish(tx, 'command', commands.map((command) => command.stationId));
  await publish(tx, 'view', planned.filter((one) => one.answer.plan !== null).map((one) => one.row.id));
}

type Planned = Looked & { answer: PlanningAnswer };

/** Of a tree's sessions most are looked at only for their neighbours' sake: those are left as they are. */
function isToStore(one: Planned, now: InstantS): boolean {
  const { row, answer } = one;
  return answer.plan !== null || row.planned_version < row.facts_version || row.wake_at?.getTime() !== wakeAt(one, now)?.getTime()
    || one.rung !== row.steering;
}

/** look reads a session's facts, the rung its station is steered on, and reasons that facts do not show. */
export async function look(deps: PlanningDeps, row: PlanningRow, now: InstantS): Promise<Looked> {
  const prices = await deps.prices.planning({
    zone: row.bidding_zone, mtuMinutes: row.mtu_minutes, riskPremiumTicks: row.risk_premium_ticks, fromAt: now,
    toAt: Math.max(now + HORIZON_S, row.ready_by_at === null ? 0 : secondsFromDate(row.ready_by_at)),
  });
  const rung = decideSteering(steeringArgs(row, row.plan_version ?? 0)).rung;
  const facts = planningFacts({ ...row, steering: rung }, now, prices);
  return { row, facts, rung, because: becauseOf(row, rung, now) };
}

/** Reasons to tell the station anew that the facts of the plan do not show. */
function becauseOf(row: PlanningRow, rung: Rung, now: InstantS): PlanReason | null {
  if (row.plan === null || rung === 'OBSERVE') return null;
  if (rung !== row.steering) return 'STEERING_CHANGED';
  const rollAt = rollForwardAt(row, rung);
  return rollAt !== null && now >= rollAt ? 'ROLLED_FORWARD' : null;
}

function rollForwardAt(row: PlanningRow, rung: Rung): InstantS | null {
  if (row.plan === null || rung === 'OBSERVE') return null;
  const { truncatedAt } = profileFromPlan(profileArgs(row, { plan: row.plan, rung }));
  // A plan younger than a quarter of an hour is not rolled: its periods would not have moved.
  return truncatedAt === null ? null : Math.max(row.plan.madeAt + 900, truncatedAt - ROLL_BEFORE_S);
}

function profileArgs(row: PlanningRow, { plan, rung }: { plan: Plan; rung: Exclude<Rung, 'OBSERVE'> }) {
  return {
    rung, periods: plan.periods, isShared: plan.isShared === true, evseId: rung === 'STATION_MAX_PROFILE' ? 0 : row.evse_id, phases: row.phases === 1 ? 1 as const : 3 as const,
    transactionOcppId: row.ocpp_id ?? '', capabilities: capabilitiesOf(row),
  };
}

function steeringArgs(row: PlanningRow, planVersion: number): Parameters<typeof decideSteering>[0] {
  const acceptedAt = row.last_answered_at === null ? null : secondsFromDate(row.last_answered_at);
  const isNone = row.last_state === null || row.last_rung === null || row.last_state === 'SUPERSEDED' || isOfEarlierTransaction(row);
  const isReconnected = row.epoch !== null && row.last_epoch !== null && row.epoch !== row.last_epoch;
  const last: LastProfile | null = isNone || row.last_state === null || row.last_rung === null ? null : {
    state: row.last_state, rung: row.last_rung, planVersion: row.last_plan_version ?? 0, acceptedAt,
    isFromEarlierConnection: isReconnected || row.last_was_cleared,
  };
  return {
    rung: row.plan === null ? capabilitiesOf(row).rung ?? row.steering : row.steering,
    last, planVersion, isAloneAtStation: row.open_at_station <= 1,
    // What the station may have lost, it cannot disobey.
    isObeyed: row.plan === null || acceptedAt === null || last?.isFromEarlierConnection === true || !isInForce(row)
      || isObeyed(row.plan, acceptedAt, meteredPower(row)),
  };
}

/** A TxProfile dies with its transaction; the stay's next one has to be told anew. */
function isOfEarlierTransaction(row: PlanningRow): boolean {
  return row.last_rung === 'TX_PROFILE' && row.ocpp_id !== null && row.last_ocpp_id !== row.ocpp_id;
}

function isInForce(row: PlanningRow): boolean {
  return row.last_state === 'ACCEPTED' && row.last_plan_version === row.plan_version && !isOfEarlierTransaction(row);
}

/** A lower rung that the station accepted and the meter proves is where its next session begins. */
function isWorthRemembering(row: PlanningRow, rung: Rung): boolean {
  const isLower = rung === 'TX_DEFAULT_PROFILE' || rung === 'STATION_MAX_PROFILE';
  if (!isLower || row.last_rung !== rung || capabilitiesOf(row).rung === rung) return false;
  if (row.plan === null || row.last_answered_at === null || !isInForce(row)) return false;
  return isProven(row.plan, secondsFromDate(row.last_answered_at), meteredPower(row));
}

/** A station with no running transaction cannot be told about it; it is told when there is one. */
function commandsFor({ row, rung, answer }: Planned, now: InstantS): NewCommand[] {
  const plan = answer.plan ?? row.plan;
  const version = (row.plan_version ?? 0) + (answer.plan === null ? 0 : 1);
  if (plan === null || row.ocpp_id === null) return [];
  const base = { tenantId: row.tenant_id, stationId: row.station_id, sessionId: row.id, planVersion: version, rung, connectionEpoch: row.epoch };
  const decision = decideSteering({ ...steeringArgs(row, version), rung: row.plan === null ? rung : row.steering });
  if (decision.send && decision.rung !== 'OBSERVE') {
    const args = profileArgs(row, { plan, rung: decision.rung });
    return [{ ...base, rung: decision.rung, action: 'SetChargingProfile', payload: { evseId: args.evseId, profile: profileFromPlan(args).profile } }];
  }
  const isToCheck = row.last_state === 'ACCEPTED' && row.composite_state === null && capabilitiesOf(row).compositeSchedule !== false;
  return isToCheck && decision.rung !== 'OBSERVE' && now < plan.deadlineAt
    ? [{ ...base, action: 'GetCompositeSchedule', payload: { evseId: row.evse_id, durationS: Math.min(DAY_S, plan.deadlineAt - now), rateUnit: null } }]
    : [];
}

function newPlan({ row, answer }: Planned, treePlanId: string | null): NewPlan {
  const plan = answer.plan;
  if (plan === null) throw new Error('no plan to store');
  const digest = createHash('sha256').update(JSON.stringify(plan)).digest('hex');
  return { tenantId: row.tenant_id, sessionId: row.id, version: (row.plan_version ?? 0) + 1, plan, digest, treePlanId };
}

function wakeAt({ row, rung, answer }: Planned, now: InstantS): Date | null {
  const rollAt = rollForwardAt({ ...row, plan: answer.plan ?? row.plan }, rung);
  const looks = [answer.lookAt, rollAt].filter((at) => at !== null && at > now) as InstantS[];
  return looks.length === 0 ? null : dateFromSeconds(Math.min(...looks));
}

/** What each new plan would be settled at, by the settlement rule itself. */
async function addExpectations(deps: PlanningDeps, tx: Tx, planned: readonly Planned[]): Promise<void> {
  const fresh = planned.filter((one) => one.answer.plan !== null);
  if (fresh.length === 0) return;
  const stays = await loadFacts(deps, tx, fresh.map((one) => one.row.id));
  const asked = fresh.flatMap(({ row, facts, answer: { plan } }) => {
    const stay = stays.find((one) => one.row.id === row.id);
    return stay === undefined || plan === null ? []
      : [{ plan, facts: { ...stay.facts, prices: mergePrices(stay.facts.prices, facts.prices) } }];
  });
  const expected = await deps.optimizer.run((api) => api.expectAll(asked));
  asked.forEach(({ plan }, index) => { plan.expectedCashbackMicro = expected[index] ?? null; });
}

/** Published prices since plug-in, then those the plan was made with. */
function mergePrices(behind: PlanningFacts['prices'], ahead: PlanningFacts['prices']): PlanningFacts['prices'] {
  const known = new Set(ahead.map((price) => price.startAt));
  return [...behind.filter((price) => !known.has(price.startAt)), ...ahead].sort((a, b) => a.startAt - b.startAt);
}
