import type { Db } from '../db/client.ts';

/** How long something may wait before simulated time is held back. */
const LAG_MS = 400;
const SLOW_DOWN = 20;

/**
 * lagOf is how long, in real milliseconds, a fact has waited for its plan or a command for its answer.
 * Simulated time that runs faster than the system would measure the machine, not the system.
 */
async function lagOf(db: Db, since: Map<string, { version: bigint; at: number }>): Promise<number> {
  const rows = await db.asSystem((tx) => tx.$queryRaw<{ id: string; version: bigint; age_ms: number }[]>`
    SELECT id::text, planned_version AS version, 0::float8 AS age_ms FROM session WHERE state = 'OPEN' AND planned_version < facts_version
    UNION ALL SELECT c.id::text, 0::bigint, extract(epoch FROM now() - c.created_at) * 1000 FROM command c
      JOIN session s ON s.id = c.session_id AND s.state = 'OPEN'
      JOIN connection x ON x.station_id = c.station_id AND x.closed_at IS NULL
      WHERE c.state = 'REQUESTED'`);
  const now = Date.now();
  const present = new Set(rows.map((row) => row.id));
  for (const id of since.keys()) if (!present.has(id)) since.delete(id);
  return rows.reduce((worst, row) => {
    const known = since.get(row.id);
    if (known === undefined || known.version !== row.version) since.set(row.id, { version: row.version, at: now });
    return Math.max(worst, row.age_ms, now - (since.get(row.id)?.at ?? now));
  }, 0);
}

/** governor says how fast time may run: as asked, or a twentieth of it while the system lags. */
export function governor(db: Db, speed: number): () => Promise<number> {
  const since = new Map<string, { version: bigint; at: number }>();
  return async () => ((await lagOf(db, since)) > LAG_MS ? Math.max(1, speed / SLOW_DOWN) : speed);
}
