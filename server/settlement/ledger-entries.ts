import { createHash } from 'node:crypto';
import { occupiedSpan } from '#domain/settlement/occupancy.ts';
import { figuresOf } from '#domain/settlement/receipt.ts';
import type { Settled, SettlementFacts } from '#domain/settlement/facts.ts';
import { isoFromSeconds } from '#domain/time/instant.ts';
import type { AccountKind, LedgerEntry, Leg, SettlementRow } from './settlement.store.ts';

type Side = Leg['debit'];

const cpoOwes: Side = { party: 'cpo', kind: 'cpo_receivable' };

/**
 * The driver is the one the card belongs to; a card nobody claimed keeps its own account, under the digest
 * of its number (ledger.card_party), and so does a stay without a card.
 */
export function driverParty(row: Pick<SettlementRow, 'id' | 'driver_id' | 'id_token'>): string {
  if (row.driver_id !== null) return `driver:${row.driver_id}`;
  return row.id_token === '' ? `stay:${row.id}` : cardParty(row.id_token);
}

/** cardParty is a card's name in the books: one for all its spellings, and not its number. */
export function cardParty(uid: string): string {
  return `card:${createHash('sha256').update(uid.toLowerCase()).digest('hex')}`;
}

/** settlementEntry posts a result as revision `rev`: the CPO owes, each party is owed its part. */
export function settlementEntry(args: {
  row: SettlementRow; facts: SettlementFacts; result: Settled; digest: string; rev: number; settledAt: Date;
}): LedgerEntry {
  const { row, facts, result, rev } = args;
  const { driverMicro, mspMicro, cpoMicro, platformMicro } = result.parts;
  const parts: [bigint, Side][] = [
    [driverMicro, { party: driverParty(row), kind: 'driver_payable' }],
    [mspMicro, { party: 'msp', kind: 'msp_payable' }],
    [cpoMicro, { party: 'cpo', kind: 'cpo_payable' }],
    [platformMicro, { party: 'platform', kind: 'platform_payable' }],
  ];
  return {
    tenant: row.tenant_id, kind: 'settlement', key: `settlement ${row.id} ${rev}`, sourceId: row.id, sourceRev: rev,
    legs: parts.filter(([micro]) => micro > 0n).map(([micro, credit]) => ({ debit: cpoOwes, credit, micro: micro.toString() })),
    settlement: {
      sessionId: row.id, rev, programmeVersionId: row.programme_version_id, energyMilliWh: result.energyMilliWh,
      baselineExact: result.baselineExact.toString(), actualExact: result.actualExact.toString(), potMicro: result.potMicro.toString(),
      driverMicro: driverMicro.toString(), mspMicro: mspMicro.toString(), cpoMicro: cpoMicro.toString(),
      platformMicro: platformMicro.toString(), cappedMicro: result.cappedMicro.toString(),
      factsDigest: args.digest, facts, result: { ...plainResult(result), figures: figuresOf(result) }, settledAt: args.settledAt.toISOString(),
      periods: facts.transactions.flatMap((transaction) => {
        const span = occupiedSpan(transaction, facts.clockToleranceS);
        return span === null ? [] : [{ evse: evseOf(row, transaction.id), from: isoFromSeconds(span.fromAt), to: isoFromSeconds(span.toAt) }];
      }),
    },
  };
}

/** A stay may move to another EVSE of its location; each transaction stands for the one it was on. */
function evseOf(row: SettlementRow, transactionId: number): string {
  const { stationId, evseId } = row.transactions.find(({ id }) => id === transactionId)
    ?? { stationId: row.station_id, evseId: row.evse_id };
  return `${stationId}/${evseId}`;
}

/** plainResult is a result as JSON: bigints as text. */
export function plainResult(result: Settled): Record<string, unknown> {
  return JSON.parse(JSON.stringify(result, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))) as Record<string, unknown>;
}

/**
 * reversalEntries take a revision back from whom it was posted to. Where it went to another party since, it
 * comes back from there first.
 */
export function reversalEntries(args: {
  row: SettlementRow; rev: number; txnId: string; legs: Leg[]; holderBalance: bigint;
}): LedgerEntry[] {
  const { row, rev, txnId, legs, holderBalance } = args;
  const { last_payee: payee, last_holder: holder } = row;
  const given = payee === null || holder === null ? []
    : holder === payee ? shortfallEntries({ row, rev, party: payee, balance: holderBalance })
      : moveEntries({ row, rev, from: holder, to: payee, fromBalance: holderBalance });
  return [...given, {
    tenant: row.tenant_id, kind: 'reversal', key: `reversal ${row.id} ${rev}`, sourceId: row.id, sourceRev: rev, reverses: txnId,
    legs: legs.map((leg) => ({ debit: leg.credit, credit: leg.debit, micro: leg.micro })),
  }];
}

/** moveEntries hand a revision's driver part from one party to another: the stay's card got its driver. */
export function moveEntries(args: {
  row: SettlementRow; rev: number; from: string; to: string; fromBalance: bigint;
}): LedgerEntry[] {
  const { row, rev, from, to, fromBalance } = args;
  const sourceId = `party ${row.id} ${rev}`;
  return [...shortfallEntries({ row, rev, party: from, balance: fromBalance }), {
    tenant: row.tenant_id, kind: 'adjustment', key: `${sourceId} ${row.last_moves}`, sourceId, sourceRev: row.last_moves,
    legs: [{
      debit: { party: from, kind: 'driver_payable' }, credit: { party: to, kind: 'driver_payable' },
      micro: (row.last_driver_micro ?? 0n).toString(),
    }],
  }];
}

/** Where the party was paid already, the shortfall becomes a receivable, so that no account falls below nothing. */
function shortfallEntries(args: { row: SettlementRow; rev: number; party: string; balance: bigint }): LedgerEntry[] {
  const { row, rev, party } = args;
  const shortfall = (row.last_driver_micro ?? 0n) - args.balance;
  return shortfall <= 0n ? [] : [transferEntry({
    row, rev, key: `receivable ${row.id} ${rev}${row.last_moves === 0 ? '' : ` ${row.last_moves}`}`, micro: shortfall,
    debit: { party, kind: 'driver_receivable' }, credit: { party, kind: 'driver_payable' },
  })];
}

/** nettingEntry sets what a driver is owed off against what the driver owes; null where there is nothing to set off. */
export function nettingEntry(args: { row: SettlementRow; rev: number; payable: bigint; receivable: bigint }): LedgerEntry | null {
  const micro = args.payable < args.receivable ? args.payable : args.receivable;
  const party = driverParty(args.row);
  return micro <= 0n ? null : transferEntry({
    row: args.row, rev: args.rev, key: `netting ${args.row.id} ${args.rev}`, micro,
    debit: { party, kind: 'driver_payable' }, credit: { party, kind: 'driver_receivable' },
  });
}

function transferEntry(args: {
  row: SettlementRow; rev: number; key: string; micro: bigint;
  debit: { party: string; kind: AccountKind }; credit: { party: string; kind: AccountKind };
}): LedgerEntry {
  return {
    tenant: args.row.tenant_id, kind: 'adjustment', key: args.key, sourceId: args.key, sourceRev: args.rev,
    legs: [{ debit: args.debit, credit: args.credit, micro: args.micro.toString() }],
  };
}
