import type { ServerResponse } from 'node:http';
import type { Db } from '../db/client.ts';

const AWAY = 'The database does not answer.';

/** What runs here, and the database once it was reached; `migration` is the name of the newest one. */
export type Health = { version: string; migration: string; db: Db | null };

/** answerHealth says 200 with what runs here, or 503 with the reason. */
export async function answerHealth(response: ServerResponse, health: Health): Promise<void> {
  const { version, migration, db } = health;
  const isThere = db !== null && (await answers(db));
  const state = isThere ? { database: 'ok' } : { database: 'away', reason: AWAY };
  response.writeHead(isThere ? 200 : 503, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify({ version, role: 'gateway', migration, ...state }));
}

async function answers(db: Db): Promise<boolean> {
  return await db.open.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
}
