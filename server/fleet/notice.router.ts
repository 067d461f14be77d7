import { z } from 'zod';
import { ValleyError } from '../errors.ts';
import { settleAgain } from '../settlement/settlement.store.ts';
import { scoped } from '../trpc/init.ts';
import { openNotices, resolveEvent, resolveParked } from './notice.store.ts';

const source = z.enum(['EVENT', 'PARKED', 'STAY']);
const numberId = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt);
const PAGE = 5;
const PAGE_MAX = 100;

/** What on a tenant's stations needs a person, newest first. */
export const noticeProcedures = {
  notices: scoped('fleet:read')
    .input(
      z.strictObject({
        cursor: z.strictObject({ receivedAt: z.date(), source, id: z.string().max(36) }).nullish(),
        limit: z.int().min(1).max(PAGE_MAX).default(PAGE),
      }),
    )
    .query(async ({ ctx, input }) => {
      const rows = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
        openNotices(tx, { after: input.cursor ?? null, limit: input.limit + 1 }),
      );
      const notices = rows.slice(0, input.limit).map((row) => ({
        source: row.source,
        id: row.id,
        stationId: row.station_id,
        evseId: row.evse_id,
        kind: row.kind,
        severity: row.severity,
        subject: row.subject,
        detail: row.detail,
        times: row.times,
        happenedAt: row.happened_at,
        receivedAt: row.received_at,
        timeZone: row.time_zone,
      }));
      const last = rows.length > input.limit ? notices.at(-1) : undefined;
      const nextCursor =
        last === undefined
          ? null
          : { receivedAt: last.receivedAt, source: last.source, id: last.id };
      return { notices, nextCursor };
    }),

  resolveNotice: scoped('fleet:write')
    .input(z.strictObject({ source: z.enum(['EVENT', 'PARKED']), id: numberId }))
    .mutation(async ({ ctx, input }) => {
      const at = ctx.deps.clock.now();
      const count = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
        input.source === 'EVENT'
          ? resolveEvent(tx, input.id, at)
          : resolveParked(tx, input.id, at),
      );
      if (count === 0) throw new ValleyError('NOT_FOUND', 'This is settled already.');
    }),

  /** A stay that could not be settled is tried again; where nothing changed, it comes back as a notice. */
  settleAgain: scoped('fleet:write')
    .input(z.strictObject({ sessionId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const isDue = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
        settleAgain(tx, input.sessionId),
      );
      if (!isDue) throw new ValleyError('NOT_FOUND', 'This stay waits for nobody any more.');
    }),
};
