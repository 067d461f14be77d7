import type { SettlementFigures } from '#domain/settlement/receipt.ts';
import { DAY_S } from '#domain/time/instant.ts';
import type { Db } from '../db/client.ts';
import { figuresOfZ } from '../settlement/settlement.store.ts';
import type { RecordedStay } from '#domain/charging/recorded-stay.ts';
import { changedMicro, verdictOf, type StoredStay } from './verdict.ts';

export type ReplaySession = {
  id: string; energyKwh: number; baselineEur: number; actualEur: number; savingEur: number; cashbackEur: number;
  followed: boolean; reason: string; wantedKwh: number; settled: boolean; revision: number; creditEnd: string | null;
};
export type ReplayReport = {
  sessions: ReplaySession[];
  totals: { sessions: number; settled: number; followed: number; energyKwh: number; baselineEur: number; actualEur: number; savingEur: number; cashbackEur: number };
  ledgerImbalanceMicro: number;
  /** What settling the stored facts once more would change. */
  resettledMicro: number;
};

type Row = StoredStay & {
  id: string; station_id: string; evse_id: number; settle_state: string; settle_reason: string | null; rev: number | null;
  energy_milli_wh: bigint | null; baseline_exact: string | null; actual_exact: string | null; driver_micro: bigint | null;
  credit_end: string | null; figures: SettlementFigures | null;
  transactions: { stationId: string; evseId: number; startedAt: string; energyMilliWh: number }[];
};

/** reportReplay recomputes from stored rows what each recorded stay came to. */
export async function reportReplay(db: Db, args: { stays: readonly RecordedStay[] }): Promise<ReplayReport> {
  const rows = await db.asSystem((tx) => tx.$queryRaw<Row[]>`
    SELECT s.id, s.station_id, s.evse_id, s.settle_state, s.settle_reason, z.rev, z.energy_milli_wh, z.baseline_exact::text, z.actual_exact::text,
      z.driver_micro, z.facts, z.result->>'creditEndReason' AS credit_end, coalesce(e.phases, 3)::int AS phases,
      coalesce((SELECT jsonb_agg(jsonb_build_object('version', p.version, 'content', p.content) ORDER BY p.version) FROM plan p WHERE p.session_id = s.id), '[]') AS plans,
      coalesce((SELECT jsonb_agg(jsonb_build_object('action', c.action, 'planVersion', c.plan_version, 'payload', c.payload,
          'sentAt', c.sent_at, 'answeredAt', c.answered_at)
          ORDER BY c.answered_at)
        FROM command c WHERE c.session_id = s.id AND c.action IN ('SetChargingProfile', 'ClearChargingProfile') AND c.state = 'ACCEPTED'), '[]') AS commands,
      ${figuresOfZ} AS figures,
      coalesce((SELECT jsonb_agg(jsonb_build_object('stationId', t.station_id, 'evseId', t.evse_id, 'startedAt', t.started_at,
        'energyMilliWh', coalesce(t.meter_stop_milli_wh, t.meter_start_milli_wh) - t.meter_start_milli_wh) ORDER BY t.started_at)
        FROM transaction t WHERE t.session_id = s.id), '[]') AS transactions
    FROM session s LEFT JOIN evse e ON e.station_id = s.station_id AND e.evse_id = s.evse_id
    LEFT JOIN LATERAL (SELECT * FROM ledger.settlement q WHERE q.session_id = s.id ORDER BY q.rev DESC LIMIT 1) z ON true`);
  const told = new Set<string>();
  const sessions = args.stays.map((stay) => {
    const row = rows.find((one) => one.transactions.some((transaction) => transaction.stationId === stay.stationId
      && transaction.evseId === stay.evseId && Math.abs(Date.parse(transaction.startedAt) / 1000 - stay.plugInAt) < DAY_S / 4));
    if (row === undefined) return lost(stay);
    const isFirst = !told.has(row.id);
    told.add(row.id);
    return sessionOf(stay, row, isFirst);
  });
  return {
    sessions, totals: totalsOf(sessions), ledgerImbalanceMicro: await imbalance(db), resettledMicro: Number(rows.reduce((sum, row) => sum + resettled(row), 0n)),
  };
}

function lost(stay: RecordedStay): ReplaySession {
  return {
    id: stay.id, wantedKwh: stay.energyMilliWh / 1e6, energyKwh: 0, baselineEur: 0, actualEur: 0, savingEur: 0, cashbackEur: 0,
    followed: false, reason: 'LOST', settled: false, revision: 0, creditEnd: null,
  };
}

function resettled({ facts, figures }: Row): bigint {
  return facts === null || figures === null ? 0n : changedMicro(facts, figures);
}

/** Two recorded sessions may be one stay by the rule; its money is then told with the first. */
function sessionOf(stay: RecordedStay, row: Row, isFirst: boolean): ReplaySession {
  const verdict = verdictOf(row);
  const eur = (exact: string | null) => (exact === null || !isFirst ? 0 : Number(exact) / 1e11);
  const reason = row.settle_state === 'SETTLED' ? verdict.reason : row.settle_reason ?? row.settle_state;
  return {
    id: stay.id, wantedKwh: stay.energyMilliWh / 1e6,
    energyKwh: isFirst ? Number(row.energy_milli_wh ?? 0n) / 1e6 : 0,
    baselineEur: eur(row.baseline_exact), actualEur: eur(row.actual_exact),
    savingEur: eur(row.baseline_exact) - eur(row.actual_exact),
    cashbackEur: isFirst ? Number(row.driver_micro ?? 0n) / 1e6 : 0,
    followed: verdict.followed, reason: isFirst ? reason : `${reason}, one stay with the session before`,
    settled: row.settle_state === 'SETTLED', revision: row.rev ?? 0, creditEnd: row.credit_end,
  };
}

function totalsOf(sessions: readonly ReplaySession[]): ReplayReport['totals'] {
  const sum = (of: (session: ReplaySession) => number) => sessions.reduce((total, session) => total + of(session), 0);
  return {
    sessions: sessions.length, settled: sum((one) => Number(one.settled)), followed: sum((one) => Number(one.followed)),
    energyKwh: sum((one) => one.energyKwh), baselineEur: sum((one) => one.baselineEur), actualEur: sum((one) => one.actualEur),
    savingEur: sum((one) => one.savingEur), cashbackEur: sum((one) => one.cashbackEur),
  };
}

/** Debits against credits, balances against transfers, and parts against legs: 0, or the sum of what differs. */
export async function imbalance(db: Db): Promise<number> {
  const rows = await db.asSystem((tx) => tx.$queryRaw<{ micro: bigint }[]>`
    SELECT (abs((SELECT coalesce(sum(debits) - sum(credits), 0) FROM ledger.balance))
      + (SELECT coalesce(sum(abs(b.debits - coalesce(d.micro, 0)) + abs(b.credits - coalesce(c.micro, 0))), 0) FROM ledger.balance b
        LEFT JOIN (SELECT debit, sum(micro) AS micro FROM ledger.transfer GROUP BY debit) d ON d.debit = b.account_id
        LEFT JOIN (SELECT credit, sum(micro) AS micro FROM ledger.transfer GROUP BY credit) c ON c.credit = b.account_id)
      + abs((SELECT coalesce(sum(s.driver_micro + s.msp_micro + s.cpo_micro + s.platform_micro), 0) FROM ledger.settlement s
          WHERE s.txn_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger.txn r WHERE r.reverses = s.txn_id))
        - (SELECT coalesce(sum(CASE WHEN t.kind = 'settlement' THEN f.micro WHEN t.kind = 'reversal' THEN -f.micro ELSE 0 END), 0)
          FROM ledger.transfer f JOIN ledger.txn t ON t.id = f.txn_id)))::bigint AS micro`);
  return Number(rows[0]?.micro ?? 0n);
}
