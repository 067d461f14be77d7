import type { ServerResponse } from 'node:http';
import type { Db } from '../db/client.ts';

export type HealthArgs = { db: Db; version: string; migration: string };

/** answerHealth says 200 with what runs here, or 503 with the reason. */
export async function answerHealth(response: ServerResponse, args: HealthArgs): Promise<void> {
  let reason: string | null = null;
  try {
    await args.db.open.$queryRaw`SELECT 1`;
  } catch {
    reason = 'The database does not answer.';
  }
  const body = {
    version: args.version, role: 'gateway', migration: args.migration,
    ...(reason === null ? { database: 'ok' } : { database: 'away', reason }),
  };
  response.writeHead(reason === null ? 200 : 503, {
    'content-type': 'application/json', 'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}
