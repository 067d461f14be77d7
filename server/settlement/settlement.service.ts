import type { Settled, SettlementFacts } from '#domain/settlement/facts.ts';
import { dateFromSeconds, secondsFromDate } from '#domain/time/instant.ts';
import { publish } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { constraintOf, sqlStateOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Prices } from '../market/price.service.ts';
import type { Optimizer } from '../planning/optimizer.ts';
import { amountsOf, driverParty, nettingEntry, reversalEntries, settlementEntry } from './ledger-entries.ts';
import { factsDigest, settlementFacts } from './settlement-facts.ts';
import {
  balanceOf, legsOf, loadSettlementRows, post, storeOutcomes, type LedgerEntry, type SettleOutcome, type SettlementRow,
} from './settlement.store.ts';

export type SettlementDeps = { db: Db; clock: Clock; prices: Prices; optimizer: Optimizer; log: Log };

type Work = { row: SettlementRow; facts: SettlementFacts; digest: string };

/** loadFacts gives rows and facts of stays, open ones as of now. */
export async function loadFacts(deps: Pick<SettlementDeps, 'clock' | 'prices'>, tx: Tx, ids: readonly string[]): Promise<Work[]> {
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
  const results = fresh.length === 0 ? []
    : await deps.optimizer.run((api) => api.settleAll(fresh.map(({ facts }) => facts)));
  const outcomes = work.filter((one) => !fresh.includes(one)).map(({ row }) => outcome(row, 'SETTLED', null));
  const toPost: Posting[] = [];
  for (const [index, one] of fresh.entries()) {
    const result = results[index];
    if (result === undefined) continue;
    if (result.kind === 'waiting') outcomes.push(outcome(one.row, 'WAITING_PRICES', missingSentence(result.missingAt)));
    else if (amountsOf(result) === one.row.last_amounts) outcomes.push(outcome(one.row, 'SETTLED', null));
    else toPost.push({ ...one, result });
  }
  if (outcomes.length > 0) await deps.db.asSystem((tx) => finish(tx, outcomes));
  return await postAll(deps, toPost);
}

type Posting = Work & { result: Settled };

/** First revisions go together; if one is refused, and for later revisions, each goes alone. */
async function postAll(deps: SettlementDeps, postings: readonly Posting[]): Promise<number> {
  const first = postings.filter(({ row }) => row.last_rev === null);
  let alone = postings.filter(({ row }) => row.last_rev !== null);
  if (first.length > 0) {
    await deps.db.asSystem((tx) => postTogether(deps, tx, first)).catch((error: unknown) => {
      if (first.length > 1) deps.log.debug({ error: String(error) }, 'posting one by one');
      alone = [...first, ...alone];
    });
  }
  for (const posting of alone) await postAlone(deps, posting);
  return postings.length;
}

async function postTogether(deps: SettlementDeps, tx: Tx, postings: readonly Posting[]): Promise<void> {
  const entries: LedgerEntry[] = postings.map((posting) => settlementEntry({ ...posting, rev: 0, settledAt: deps.clock.now() }));
  await post(tx, entries);
  for (const posting of postings) await netReceivable(tx, posting, 0);
  await finish(tx, postings.map(({ row }) => outcome(row, 'SETTLED', null)));
}

async function postAlone(deps: SettlementDeps, posting: Posting): Promise<void> {
  const { row } = posting;
  try {
    await deps.db.asSystem(async (tx) => {
      const rev = row.last_rev === null ? 0 : row.last_rev + 1;
      const reversal = row.last_rev === null || row.last_txn_id === null ? [] : reversalEntries({
        row, rev: row.last_rev, txnId: row.last_txn_id, legs: await legsOf(tx, row.last_txn_id),
        driverBalance: await balanceOf(tx, { tenantId: row.tenant_id, party: driverParty(row), kind: 'driver_payable' }),
      });
      await post(tx, [...reversal, settlementEntry({ ...posting, rev, settledAt: deps.clock.now() })]);
      await netReceivable(tx, posting, rev);
      await finish(tx, [outcome(row, 'SETTLED', null)]);
    });
  } catch (error) {
    await onRefusal(deps, row, error);
  }
}

/** A unique violation means that another worker settled it meanwhile; a broken rule needs a person. */
async function onRefusal(deps: SettlementDeps, row: SettlementRow, error: unknown): Promise<void> {
  const state = sqlStateOf(error);
  if (state === '23505') return;
  if (state === null || !state.startsWith('23')) throw error;
  const rule = constraintOf(error) ?? 'unknown rule';
  deps.log.error({ session: row.id, rule, error: String(error) }, 'the ledger refused a settlement');
  await deps.db.asSystem((tx) => finish(tx, [outcome(row, 'REVIEW', `refused by ${rule}`)]));
}

/** Only a driver who was paid too much before has something to set off. */
async function netReceivable(tx: Tx, { row, result }: Posting, rev: number): Promise<void> {
  if (result.parts.driverMicro === 0n) return;
  const account = { tenantId: row.tenant_id, party: driverParty(row) };
  const receivable = -(await balanceOf(tx, { ...account, kind: 'driver_receivable' }));
  if (receivable <= 0n) return;
  const payable = await balanceOf(tx, { ...account, kind: 'driver_payable' });
  const netting = nettingEntry({ row, rev, payable, receivable });
  if (netting !== null) await post(tx, [netting]);
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
