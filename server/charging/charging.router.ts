import { z } from 'zod';
import { decodeCursor, encodeCursor } from './history-cursor.ts';
import { ValleyError } from '../errors.ts';
import { router, scoped } from '../trpc/init.ts';
import { setPreference, setPriority } from './preference.service.ts';
import { readStayView } from './session-view.ts';
import { statementRows, stayHistory } from './session-view.store.ts';
import { readTimeline } from './timeline.store.ts';

const stayInput = z.strictObject({ sessionId: z.uuid() });
const ENERGY_MAX_MILLI_WH = 400_000_000;
/** Stays in one answer of the statement; a file is made of as many answers as it takes. */
const STATEMENT_PAGE = 500;
const NO_STAY = 'There is no such stay of yours.';

/** Where the next page begins; null where this one is the last. */
function nextCursor(
  stays: readonly { sessionId: string; plugInAt: Date }[],
  hasMore: boolean,
): string | null {
  const last = stays.at(-1);
  if (!hasMore || last === undefined) return null;
  return encodeCursor({ plugInAt: last.plugInAt, id: last.sessionId });
}

/** The driver's own stays: what is going on, what was, and the two wishes. */
export const chargingRouter = router({
  /** The driver's open stay, or else the latest one; null before the first. */
  current: scoped('session:read').query(async ({ ctx }) => {
    const { deps, principal } = ctx;
    return await deps.db.withTenant(principal.tenantId, (tx) =>
      readStayView(tx, deps.clock, { sessionId: null, driverId: principal.personId }),
    );
  }),

  session: scoped('session:read')
    .input(stayInput)
    .query(async ({ ctx, input }) => {
      const { deps, principal } = ctx;
      const view = await deps.db.withTenant(principal.tenantId, (tx) =>
        readStayView(tx, deps.clock, { ...input, driverId: principal.personId }),
      );
      if (view === null) throw new ValleyError('NOT_FOUND', NO_STAY);
      return view;
    }),

  history: scoped('session:read')
    .input(
      z.strictObject({
        cursor: z.string().max(200).nullish(),
        limit: z.int().min(1).max(100).default(20),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { deps, principal } = ctx;
      const before = decodeCursor(input.cursor ?? null);
      const rows = await deps.db.withTenant(principal.tenantId, (tx) =>
        stayHistory(tx, { driverId: principal.personId, before, limit: input.limit + 1 }),
      );
      const stays = rows.slice(0, input.limit).map((row) => ({
        sessionId: row.id,
        plugInAt: row.plug_in_at,
        plugOutAt: row.plug_out_at,
        state: row.state,
        settleState: row.settle_state,
        locationName: row.location_name,
        timeZone: row.time_zone,
        energyMilliWh: row.energy_milli_wh === null ? null : Number(row.energy_milli_wh),
        cashbackMicro: row.driver_micro?.toString() ?? null,
        revision: row.rev,
      }));
      return { stays, nextCursor: nextCursor(stays, rows.length > input.limit) };
    }),

  /** What was wished, what each plan version was made for and changed, what the station answered. */
  timeline: scoped('session:read')
    .input(stayInput)
    .query(async ({ ctx, input }) => {
      const { deps, principal } = ctx;
      const entries = await deps.db.withTenant(principal.tenantId, (tx) =>
        readTimeline(tx, { ...input, driverId: principal.personId }),
      );
      if (entries === null) throw new ValleyError('NOT_FOUND', NO_STAY);
      return entries;
    }),

  /** Every stay with what was settled, newest first, a page at a time, for a file. */
  statement: scoped('session:read')
    .input(
      z.strictObject({
        cursor: z.string().max(200).nullish(),
        limit: z.int().min(1).max(STATEMENT_PAGE).default(STATEMENT_PAGE),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { deps, principal } = ctx;
      const before = decodeCursor(input.cursor ?? null);
      const rows = await deps.db.withTenant(principal.tenantId, (tx) =>
        statementRows(tx, { driverId: principal.personId, before, limit: input.limit + 1 }),
      );
      const stays = rows.slice(0, input.limit).map((row) => ({
        sessionId: row.id,
        plugInAt: row.plug_in_at,
        plugOutAt: row.plug_out_at,
        locationName: row.location_name,
        stationId: row.station_id,
        evseId: row.evse_id,
        salePriceMicro: row.sale_price_micro.toString(),
        settleState: row.settle_state,
        energyMilliWh: row.energy_milli_wh === null ? null : Number(row.energy_milli_wh),
        cashbackMicro: row.driver_micro?.toString() ?? null,
        steeredSeconds: row.steered_seconds,
      }));
      return { stays, nextCursor: nextCursor(stays, rows.length > input.limit) };
    }),

  setPreference: scoped('session:steer')
    .input(
      z.strictObject({
        sessionId: z.uuid(),
        requestId: z.uuid(),
        readyByAt: z.date().nullable(),
        energyMilliWh: z.int().min(0).max(ENERGY_MAX_MILLI_WH).nullable(),
      }),
    )
    .mutation(({ ctx, input }) =>
      setPreference(
        ctx.deps,
        {
          tenantId: ctx.principal.tenantId,
          driverId: ctx.principal.personId,
        },
        input,
      ),
    ),

  chargeNow: scoped('session:steer')
    .input(z.strictObject({ sessionId: z.uuid(), requestId: z.uuid(), on: z.boolean() }))
    .mutation(({ ctx, input }) =>
      setPriority(
        ctx.deps,
        {
          tenantId: ctx.principal.tenantId,
          driverId: ctx.principal.personId,
        },
        input,
      ),
    ),

  /**
   * Begins with a snapshot; a reconnect gets a new one. With `sessionId` null it follows the driver:
   * the open stay, or else the latest; null before the first.
   */
  live: scoped('session:read')
    .input(z.strictObject({ sessionId: z.uuid().nullable() }))
    .subscription(async function* live({ ctx, input, signal }) {
      const { tenantId, personId: driverId } = ctx.principal;
      const viewing = { tenantId, driverId, sessionId: input.sessionId };
      yield* ctx.deps.live.follow(viewing, signal ?? new AbortController().signal);
    }),
});
