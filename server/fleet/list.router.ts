import { z } from 'zod';
import { scoped } from '../trpc/init.ts';
import { cardPage, stationPage, stayPage } from './list.store.ts';
import { actionsOf } from './station-action.ts';

const LIMIT_MAX = 500;
const PAGE = 25;

/** A page of a list that has a number of pages, of what carries the searched text in it. */
const pageInput = z
  .strictObject({
    page: z.int().min(1).max(100_000).default(1),
    search: z.string().trim().max(60).default(''),
    limit: z.int().min(1).max(LIMIT_MAX).default(PAGE),
  })
  .prefault({});

/** A clock that is off by no more than this is near enough; in simulated time a second's latency is more. */
const CLOCK_OFF_S = 60;

/** The lists of a tenant's fleet, cut into pages by the server: a fleet fills hundreds of them. */
export const listProcedures = {
  stations: scoped('fleet:read')
    .input(pageInput)
    .query(async ({ ctx, input }) => {
      const found = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
        stationPage(tx, input),
      );
      return {
        ...placeOf(found.total, input),
        stations: found.rows.map((row) => ({
          id: row.id,
          locationId: row.location_id,
          locationName: row.location_name,
          timeZone: row.time_zone,
          vendor: row.vendor,
          model: row.model,
          firmwareVersion: row.firmware_version,
          protocol: row.protocol,
          lastSeenAt: row.last_seen_at,
          connected: row.connected,
          isDisabled: row.is_disabled,
          clockOffS: clockOffS(row.skew_ms, ctx.deps.clock.speed()),
          actions: actionsOf(row.protocol),
          evses: row.evses,
          openSessions: Number(row.open_sessions),
          failedCommands: Number(row.failed_commands),
        })),
      };
    }),

  /** Cards that have a driver come first; `linked` counts those of the whole fleet. */
  cards: scoped('fleet:read')
    .input(pageInput)
    .query(async ({ ctx, input }) => {
      const found = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
        cardPage(tx, input),
      );
      return {
        ...placeOf(found.total, input),
        linked: found.linked,
        cards: found.rows.map((row) => ({
          uid: row.uid,
          status: row.status,
          driverName: row.driver_name,
          email: row.email,
          hasPassword: row.has_password,
        })),
      };
    }),

  /** Newest first, from one of them on. `next`: what to ask for as `from` to go on; null at the end. */
  stays: scoped('operation:read')
    .input(
      z
        .strictObject({
          from: z.uuid().nullable().default(null),
          limit: z.int().min(1).max(LIMIT_MAX).default(PAGE),
        })
        .prefault({}),
    )
    .query(async ({ ctx, input }) => {
      const rows = await ctx.deps.db.withTenant(ctx.principal.tenantId, (tx) =>
        stayPage(tx, { from: input.from, limit: input.limit + 1 }),
      );
      const stays = rows.slice(0, input.limit).map((row) => ({
        sessionId: row.id,
        stationId: row.station_id,
        evseId: row.evse_id,
        state: row.state,
        steering: row.steering,
        settleState: row.settle_state,
        plugInAt: row.plug_in_at,
        plugOutAt: row.plug_out_at,
        timeZone: row.time_zone,
        card: row.id_token,
        driverName: row.driver_name,
        energyMilliWh: row.energy_milli_wh === null ? null : Number(row.energy_milli_wh),
        cashbackMicro: row.driver_micro?.toString() ?? null,
        cpoMicro: row.cpo_micro?.toString() ?? null,
      }));
      return { stays, next: rows[input.limit]?.id ?? null };
    }),
};

/** Which page this is, of how many; a list without rows has one. */
function placeOf(total: number, { page, limit }: { page: number; limit: number }) {
  return { total, page, pages: Math.max(1, Math.ceil(total / limit)) };
}

/** How far a station's clock is behind in seconds, ahead where negative; null where it is right. */
function clockOffS(skewMs: number | null, speed: number): number | null {
  const offS = Math.round((skewMs ?? 0) / 1000);
  return Math.abs(offS) > CLOCK_OFF_S * Math.max(1, speed) ? offS : null;
}
