import type { Tx } from '../db/client.ts';
import { driverParty } from './ledger-entries.ts';

/** A settlement revision as stored; money as text of whole micro-euro or EUR 1e-11. */
export type ReceiptRow = {
  rev: number;
  settled_at: Date;
  posted_at: Date;
  energy_milli_wh: bigint;
  baseline_exact: string;
  actual_exact: string;
  pot_micro: bigint;
  driver_micro: bigint;
  msp_micro: bigint;
  cpo_micro: bigint;
  platform_micro: bigint;
  capped_micro: bigint;
  facts: unknown;
  result: unknown;
  programme_version: number;
  msp_name: string;
  share_bp: number;
};

/** revisionsOf reads every revision of the driver's own stay, the latest first. */
export async function revisionsOf(
  tx: Tx,
  args: { sessionId: string; driverId: string },
): Promise<ReceiptRow[]> {
  return await tx.$queryRaw<ReceiptRow[]>`
    SELECT t.rev, t.settled_at, t.posted_at, t.energy_milli_wh,
           t.baseline_exact::text AS baseline_exact, t.actual_exact::text AS actual_exact,
           t.pot_micro, t.driver_micro, t.msp_micro, t.cpo_micro, t.platform_micro, t.capped_micro,
           t.facts, t.result, v.version AS programme_version, v.msp_name, v.share_bp
      FROM ledger.settlement t
      JOIN session s ON s.id = t.session_id
      JOIN programme_version v ON v.id = t.programme_version_id
     WHERE t.session_id = ${args.sessionId}::uuid AND s.driver_id = ${args.driverId}::uuid
     ORDER BY t.rev DESC`;
}

export type BalanceRow = { balance_micro: bigint; owed_micro: bigint; paid_micro: bigint };

/** driverBalance sums what Valley owes the driver, what the driver owes, and what was paid out. */
export async function driverBalance(tx: Tx, driverId: string): Promise<BalanceRow> {
  const party = driverParty({ id: '', driver_id: driverId, id_token: '' });
  const rows = await tx.$queryRaw<BalanceRow[]>`
    SELECT coalesce(sum(b.credits - b.debits) FILTER (WHERE a.kind = 'driver_payable'), 0)::bigint
             AS balance_micro,
           coalesce(sum(b.debits - b.credits) FILTER (WHERE a.kind = 'driver_receivable'), 0)::bigint
             AS owed_micro,
           (SELECT coalesce(sum(x.micro), 0)::bigint FROM ledger.transfer x
             JOIN ledger.txn n ON n.id = x.txn_id AND n.kind = 'payout'
             JOIN ledger.account d ON d.id = x.debit
            WHERE d.party = ${party}) AS paid_micro
      FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
     WHERE a.party = ${party} AND a.currency = 'EUR'`;
  return rows[0] ?? { balance_micro: 0n, owed_micro: 0n, paid_micro: 0n };
}

/** The smallest payout in force: the programme version that holds now. */
export async function smallestPayout(tx: Tx): Promise<bigint | null> {
  const rows = await tx.$queryRaw<{ min_payout_micro: bigint }[]>`
    SELECT min_payout_micro FROM programme_version ORDER BY version DESC LIMIT 1`;
  return rows[0]?.min_payout_micro ?? null;
}
