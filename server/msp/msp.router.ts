import { z } from 'zod';
import { kept } from '../evidence/kept.ts';
import { router, scoped } from '../trpc/init.ts';
import { monthRows, programmeRows, stayRows, type MonthRow } from './msp.store.ts';

const PAGE_MAX = 1_000;
/** All settled stays are summed, and the page asks every few seconds. */
const MONTHS_KEPT_MS = 30_000;
const months = kept<MonthRow[]>(MONTHS_KEPT_MS);

/** What a mobility service provider may know: the programmes that name it, and what it earned by which stays. */
export const mspRouter = router({
  programmes: scoped('msp:read').query(async ({ ctx }) => {
    const rows = await ctx.deps.db.withTenant(ctx.principal.tenantId, programmeRows);
    return rows.map((row) => ({
      id: row.id,
      operator: row.operator,
      version: row.version,
      validFrom: row.valid_from,
      isInForce: row.is_in_force,
      shareBp: row.share_bp,
      driverBp: row.driver_bp,
      mspBp: row.msp_bp,
      cpoBp: row.cpo_bp,
      platformBp: row.platform_bp,
      driverCapMicro: row.driver_cap_micro.toString(),
      minPayoutMicro: row.min_payout_micro.toString(),
    }));
  }),

  /** Month by month, the newest first; `nowAt` tells which month runs. */
  months: scoped('msp:read').query(async ({ ctx }) => {
    const { deps: { db }, principal: { tenantId } } = ctx;
    const rows = await months(db, String(tenantId), () => db.withTenant(tenantId, monthRows));
    return {
      nowAt: ctx.deps.clock.now(),
      months: rows.map((row) => ({
        month: row.month,
        stays: Number(row.stays),
        energyMilliWh: Number(row.energy_milli_wh),
        cashbackMicro: row.driver_micro.toString(),
        ownMicro: row.booked_micro.toString(),
      })),
    };
  }),

  /** Settled stays, the newest first, page by page; `next` asks for the page after this one. */
  stays: scoped('msp:read')
    .input(
      z.strictObject({
        cursor: z.strictObject({ plugInAt: z.date(), sessionId: z.uuid() }).nullable(),
        limit: z.int().min(1).max(PAGE_MAX).default(25),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { cursor: before, limit } = input;
      const rows = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
        stayRows(tx, { before, most: limit + 1 }),
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        stays: page.map((row) => ({
          sessionId: row.session_id,
          operator: row.operator,
          timeZone: row.time_zone,
          plugInAt: row.plug_in_at,
          plugOutAt: row.plug_out_at,
          cardEnd: row.card_end,
          energyMilliWh: Number(row.energy_milli_wh),
          cashbackMicro: row.driver_micro.toString(),
          ownMicro: row.booked_micro.toString(),
          revision: row.rev,
          programmeVersion: row.programme_version,
        })),
        next:
          last === undefined || rows.length <= limit
            ? null
            : { plugInAt: last.plug_in_at, sessionId: last.session_id },
      };
    }),
});
