import type { Settled, SettlementFacts, SettlementResult, Waiting } from '#domain/settlement/facts.ts';
import { figuresOf } from '#domain/settlement/receipt.ts';
import { decideRevision } from '#domain/settlement/revision.ts';
import { dateFromSeconds, secondsFromDate, type InstantS } from '#domain/time/instant.ts';
import { publish } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { constraintOf, isMoving, sqlStateOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Prices } from '../market/price.service.ts';
import type { Optimizer } from '../planning/optimizer.ts';
import { driverParty, moveEntries, nettingEntry, reversalEntries, settlementEntry } from './ledger-entries.ts';
import { factsDigest, settlementFacts } from './settlement-facts.ts';
import {
  balanceOf, countPosted, legsOf, loadSettlementRows, lockRevision, partiesOwing, post, storeOutcomes, type LedgerEntry, type SettleOutcome, type SettlementRow,
} from './settlement.store.ts';

export type SettlementDeps = { db: Db; clock: Clock; prices: Prices; optimizer: Optimizer; log: Log };

type Work = { row: SettlementRow; facts: SettlementFacts; digest: string };

/** loadFacts gives rows and facts of stays, open ones as of now. */
export async function loadFacts(deps: Pick<SettlementDeps, 'clock' | 'prices'>, tx: Tx, ids: readonly string[]): Promise<Work[]> {
  await deps.prices.refresh(tx);
  const rows = await loadSettlementRows(tx, ids);
  const now = secondsFromDate(deps.clock.now());
  return await Promise.all(rows.map(async (row) => {
    const fromAt = secondsFromDate(row.plug_in_at);
    const stops = row.transactions.map((transaction) =>
      (transaction.stoppedAt === null ? now : Math.floor(Date.parse(transaction.stoppedAt) / 1000)));
    const toAt = Math.max(fromAt, ...stops) + 900;
    const prices = await deps.prices.published({ zone: row.bidding_zone, mtuMinutes: row.mtu_minutes, fromAt, toAt });
    const facts = settlementFacts(row, prices, { now, clockSpeed: deps.clock.topSpeed() });
    return { row, facts, digest: factsDigest(facts) };
  }));
}

/**
 * settleSessions settles closed stays on their stored facts. What was settled on the same facts, or
 * comes out the same, is left alone; late or corrected data makes a reversal and the next revision.
 * @returns how many revisions were posted.
 */
export async function settleSessions(deps: SettlementDeps, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const work = (await deps.db.asSystem((tx) => loadFacts(deps, tx, ids))).filter(({ row }) => row.state === 'CLOSED');
  const fresh = work.filter(({ row, digest }) => row.last_digest === null || Buffer.from(row.last_digest).toString('hex') !== digest);
  const kept = work.filter((one) => !fresh.includes(one));
  const outcomes = kept.map(({ row }) => outcome(row, 'SETTLED', null));
  const toPost: Posting[] = [];
  const nowAt = secondsFromDate(deps.clock.now());
  for (const { one, result } of await compute(deps, fresh)) {
    const done = result.kind === 'settled' ? withoutPosting(one, result, nowAt) : unsettled(one.row, result);
    if (done !== null) {
      outcomes.push(done);
      kept.push(one);
    } else if (result.kind === 'settled') toPost.push({ ...one, result });
  }
  await handOver(deps, kept.map(({ row }) => row));
  if (outcomes.length > 0) await deps.db.asSystem((tx) => finish(tx, outcomes));
  return await postAll(deps, toPost);
}

type Impossible = { kind: 'impossible'; reason: string };
type Computed = { one: Work; result: SettlementResult | Impossible };

/** Facts that contradict themselves stop their own stay only, not the others of the batch. */
async function compute(deps: SettlementDeps, work: readonly Work[]): Promise<Computed[]> {
  const [first] = work;
  if (first === undefined) return [];
  try {
    const results = await deps.optimizer.run((api) => api.settleAll(work.map(({ facts }) => facts)));
    return work.flatMap((one, index) => {
      const result = results[index];
      return result === undefined ? [] : [{ one, result }];
    });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'RangeError') throw error;
    if (work.length === 1) {
      deps.log.error({ session: first.row.id, error: error.message }, 'a stay cannot be settled');
      return [{ one: first, result: { kind: 'impossible', reason: error.message } }];
    }
    const half = work.length >> 1;
    return [...await compute(deps, work.slice(0, half)), ...await compute(deps, work.slice(half))];
  }
}

function unsettled(row: SettlementRow, result: Waiting | Impossible): SettleOutcome {
  return result.kind === 'waiting' ? outcome(row, 'WAITING_PRICES', missingSentence(result.missingAt))
    : outcome(row, 'REVIEW', `cannot be settled: ${result.reason}`);
}

/** null where a revision has to be posted. */
function withoutPosting({ row, facts }: Work, result: Settled, nowAt: InstantS): SettleOutcome | null {
  const decision = decideRevision({ posted: row.last_figures, recomputed: figuresOf(result), stayEndedAt: facts.plugOutAt, nowAt });
  if (decision === 'unchanged') return outcome(row, 'SETTLED', null);
  return decision === 'final' ? outcome(row, 'SETTLED', 'final: what came later than 14 days after the stay changes nothing') : null;
}

type Posting = Work & { result: Settled };

/** First revisions go together; if one is refused, and for later revisions, each goes alone. */
async function postAll(deps: SettlementDeps, postings: readonly Posting[]): Promise<number> {
  // Every worker takes accounts and sessions in this order, so that no two wait for each other.
  const ordered = postings.toSorted((a, b) => a.row.tenant_id - b.row.tenant_id || (a.row.id < b.row.id ? -1 : 1));
  const first = ordered.filter(({ row }) => row.last_rev === null);
  let alone = ordered.filter(({ row }) => row.last_rev !== null);
  let posted = 0;
  if (first.length > 0) {
    try {
      posted += await deps.db.asSystem((tx) => postTogether(deps, tx, first));
    } catch (error) {
      deps.log.debug({ error: String(error) }, 'posting one by one');
      alone = [...first, ...alone];
    }
  }
  for (const posting of alone) posted += await postAlone(deps, posting) ? 1 : 0;
  return posted;
}

/** @returns how many of them nobody had posted before. */
async function postTogether(deps: SettlementDeps, tx: Tx, postings: readonly Posting[]): Promise<number> {
  const entries: LedgerEntry[] = postings.map((posting) => settlementEntry({ ...posting, rev: 0, settledAt: deps.clock.now() }));
  await post(tx, entries);
  await netReceivables(tx, postings, 0);
  await finish(tx, postings.map(({ row }) => outcome(row, 'SETTLED', null)));
  return await countPosted(tx, postings.map(({ row }) => row.id));
}

const TRIES = 3;

/** @returns false where another worker was first, or the ledger refused. */
async function postAlone(deps: SettlementDeps, posting: Posting): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await deps.db.asSystem((tx) => postRevision(deps, tx, posting));
    } catch (error) {
      const isRace = isMoving(error) || constraintOf(error) === 'balance_not_overdrawn';
      if (!isRace || tries === TRIES) return await onRefusal(deps, posting.row, error);
    }
  }
}

async function postRevision(deps: SettlementDeps, tx: Tx, posting: Posting): Promise<boolean> {
  const { row } = posting;
  // Settled by another worker since the row was read: it stays due if its facts are newer than that.
  if (await lockRevision(tx, row.id) !== row.last_rev) return false;
  const rev = row.last_rev === null ? 0 : row.last_rev + 1;
  const reversal = row.last_rev === null || row.last_txn_id === null ? [] : reversalEntries({
    row, rev: row.last_rev, txnId: row.last_txn_id, legs: await legsOf(tx, row.last_txn_id),
    holderBalance: await holderBalance(tx, row),
  });
  await post(tx, [...reversal, settlementEntry({ ...posting, rev, settledAt: deps.clock.now() })]);
  await netReceivables(tx, [posting], rev);
  await finish(tx, [outcome(row, 'SETTLED', null)]);
  return true;
}

/** What was posted to a card that has its driver by now goes to the driver, without a new revision. */
async function handOver(deps: SettlementDeps, rows: readonly SettlementRow[]): Promise<void> {
  for (const row of rows) {
    const { last_rev: rev, last_holder: from } = row;
    const to = driverParty(row);
    if (rev === null || from === null || from === to) continue;
    await deps.db.asSystem(async (tx) => {
      if (await lockRevision(tx, row.id) !== rev) return;
      await post(tx, moveEntries({ row, rev, from, to, fromBalance: await holderBalance(tx, row) }));
      await publish(tx, 'view', [row.id]);
    });
  }
}

async function holderBalance(tx: Tx, row: SettlementRow): Promise<bigint> {
  return row.last_holder === null ? 0n : await balanceOf(tx, { tenantId: row.tenant_id, party: row.last_holder, kind: 'driver_payable' });
}

/** What another worker posted first is left to it; a broken rule needs a person. */
async function onRefusal(deps: SettlementDeps, row: SettlementRow, error: unknown): Promise<false> {
  const state = sqlStateOf(error);
  const rule = constraintOf(error) ?? 'unknown rule';
  if (state === '23505' || rule === 'idem_key_same_body') return false;
  if (state === null || !state.startsWith('23')) throw error;
  deps.log.error({ session: row.id, rule, error: String(error) }, 'the ledger refused a settlement');
  await deps.db.asSystem((tx) => finish(tx, [outcome(row, 'REVIEW', `refused by ${rule}`)]));
  return false;
}

/** Only a driver who was paid too much before has something to set off. */
async function netReceivables(tx: Tx, postings: readonly Posting[], rev: number): Promise<void> {
  const paid = postings.filter(({ result }) => result.parts.driverMicro > 0n);
  const owing = await partiesOwing(tx, paid.map(({ row }) => ({ tenantId: row.tenant_id, party: driverParty(row) })));
  for (const { row } of paid.filter((one) => owing.has(`${one.row.tenant_id} ${driverParty(one.row)}`))) {
    const account = { tenantId: row.tenant_id, party: driverParty(row) };
    const receivable = -(await balanceOf(tx, { ...account, kind: 'driver_receivable' }));
    const payable = await balanceOf(tx, { ...account, kind: 'driver_payable' });
    const netting = nettingEntry({ row, rev, payable, receivable });
    if (netting !== null) await post(tx, [netting]);
  }
}

async function finish(tx: Tx, outcomes: readonly SettleOutcome[]): Promise<void> {
  await storeOutcomes(tx, outcomes);
  await publish(tx, 'view', outcomes.map(({ id }) => id));
}

function outcome(row: SettlementRow, state: SettleOutcome['state'], reason: string | null): SettleOutcome {
  return { id: row.id, factsVersion: row.facts_version, state, reason };
}

function missingSentence(missingAt: readonly number[]): string {
  const first = missingAt[0];
  return first === undefined ? 'prices are missing' : `no published price from ${dateFromSeconds(first).toISOString()}`;
}
