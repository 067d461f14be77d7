import { z } from 'zod';
import { router, scoped } from '../trpc/init.ts';
import { driverBalance, revisionsOf, smallestPayout } from './settlement-view.store.ts';
import type { ReceiptRow } from './settlement-view.store.ts';

/** The driver's money: balance, and the receipt of a stay with everything needed to recompute it. */
export const settlementRouter = router({
  balance: scoped('balance:read').query(async ({ ctx }) => {
    const { deps, principal } = ctx;
    return await deps.db.withTenant(principal.tenantId, async (tx) => {
      const row = await driverBalance(tx, principal.personId);
      const smallest = await smallestPayout(tx);
      return {
        balanceMicro: row.balance_micro.toString(),
        owedMicro: row.owed_micro.toString(),
        paidMicro: row.paid_micro.toString(),
        smallestPayoutMicro: smallest?.toString() ?? null,
      };
    });
  }),

  /** null while the stay (if it is the driver's) is not settled. */
  receipt: scoped('receipt:read')
    .input(z.strictObject({ sessionId: z.uuid() }))
    .query(async ({ ctx, input }) => {
      const { deps, principal } = ctx;
      const revisions = await deps.db.withTenant(principal.tenantId, (tx) =>
        revisionsOf(tx, { ...input, driverId: principal.personId }),
      );
      const [latest] = revisions;
      if (latest === undefined) return null;
      return {
        ...receiptFrom(latest),
        facts: latest.facts,
        result: latest.result,
        earlier: revisions.slice(1).map(({ rev, settled_at, driver_micro }) => ({
          revision: rev,
          settledAt: settled_at,
          driverMicro: driver_micro.toString(),
        })),
      };
    }),
});

function receiptFrom(row: ReceiptRow) {
  return {
    revision: row.rev,
    settledAt: row.settled_at,
    energyMilliWh: Number(row.energy_milli_wh),
    baselineExact: row.baseline_exact,
    actualExact: row.actual_exact,
    potMicro: row.pot_micro.toString(),
    driverMicro: row.driver_micro.toString(),
    mspMicro: row.msp_micro.toString(),
    cpoMicro: row.cpo_micro.toString(),
    platformMicro: row.platform_micro.toString(),
    cappedMicro: row.capped_micro.toString(),
    programmeVersion: row.programme_version,
    mspName: row.msp_name,
    shareBp: row.share_bp,
  };
}
