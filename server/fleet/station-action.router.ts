import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { scoped } from '../trpc/init.ts';
import { askStation } from './station-action.service.ts';
import { stationActionSchema } from './station-action.ts';
import { commandLog, type CommandLogRow } from './station-action.store.ts';

const LOG_ROWS = 20;
const stationId = z.string().min(1).max(48);

/** What an operator asks of a station by hand, and what came of it. */
export const stationActionProcedures = {
  askStation: scoped('fleet:write')
    .input(z.strictObject({ stationId, action: stationActionSchema }))
    .mutation(({ ctx, input }) => askStation(ctx.deps, ctx.principal.tenantId, input)),

  commandLog: scoped('fleet:read')
    .input(z.strictObject({ stationId }))
    .query(async ({ ctx, input }) => {
      const { db, clock } = ctx.deps;
      const rows = await db.withTenant(ctx.principal.tenantId, (tx) =>
        commandLog(tx, input.stationId, LOG_ROWS),
      );
      return rows.map((row) => ({
        id: row.id,
        action: row.action,
        evseId: numberIn(row.payload, 'evseId'),
        state: row.state,
        isSent: row.sent_at !== null,
        askedAt: row.requested_at,
        latencyMs: latencyMs(row, clock),
        answer: answerOf(row.answer),
      }));
    }),
};

/** From sent to answered, in real milliseconds: stored instants run as fast as the clock does. */
function latencyMs({ sent_at, answered_at }: CommandLogRow, clock: Clock): number | null {
  if (sent_at === null || answered_at === null) return null;
  return Math.round((answered_at.getTime() - sent_at.getTime()) / clock.speed());
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string, unknown>)[name];
}

function numberIn(value: unknown, name: string): number | null {
  const found = fieldOf(value, name);
  return typeof found === 'number' ? found : null;
}

/** The station's own word, or the error in its place; null where it has not answered. */
function answerOf(answer: unknown): string | null {
  const error = fieldOf(answer, 'error');
  const words = [fieldOf(answer, 'status'), fieldOf(error, 'code'), fieldOf(error, 'description')];
  return words.filter((word) => typeof word === 'string' && word !== '').join(': ') || null;
}
