import type { ServerResponse } from 'node:http';
import type { Db } from '../db/client.ts';
import { storedMigration } from '../db/stored-migration.ts';

const AWAY = 'The database does not answer.';

/** What runs here, and the database once it was reached. */
export type Health = { version: string; db: Db | null };

/** answerHealth says 200 with what runs here, or 503 with the reason. */
export async function answerHealth(response: ServerResponse, health: Health): Promise<void> {
  const { version, db } = health;
  const migration = db === null ? null : await storedMigration(db);
  const isThere = migration !== null;
  const state = isThere ? { database: 'ok' } : { database: 'away', reason: AWAY };
  response.writeHead(isThere ? 200 : 503, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify({ version, role: 'gateway', migration, ...state }));
}
