import { createHash } from 'node:crypto';
import type { Db, Tx } from '../db/client.ts';

/** At most `max` in `windowS` seconds for one key. */
export type Limit = { key: string; max: number; windowS: number };

/** Kept as hashes: the table holds no address and no account. */
function hashOf(key: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(key).digest());
}

/**
 * takeAttempt counts an attempt under every limit, for all processes together.
 * @returns seconds to wait, or 0 if the attempt is allowed; one that is not is not counted.
 */
export async function takeAttempt(db: Db, limits: readonly Limit[]): Promise<number> {
  return await db.open.$transaction(async (tx) => {
    const hashed = limits
      .map((limit) => ({ ...limit, hash: hashOf(limit.key) }))
      .toSorted((a, b) => Buffer.compare(a.hash, b.hash));
    // In one order, so that two attempts never wait for each other.
    for (const { hash } of hashed) {
      await tx.$executeRaw`
        SELECT pg_advisory_xact_lock(hashtextextended(encode(${hash}, 'hex'), 4))`;
    }
    const waits = await Promise.all(hashed.map((limit) => waitOf(tx, limit)));
    const wait = Math.max(0, ...waits);
    if (wait > 0) return wait;
    await tx.attempt.createMany({ data: hashed.map(({ hash }) => ({ key: hash })) });
    await tx.$executeRaw`DELETE FROM attempt WHERE at < now() - interval '1 day'`;
    return 0;
  });
}

async function waitOf(tx: Tx, limit: Limit & { hash: Uint8Array<ArrayBuffer> }): Promise<number> {
  const { hash, max, windowS } = limit;
  const rows = await tx.$queryRaw<{ wait: number }[]>`
    SELECT ceil(extract(epoch FROM at + make_interval(secs => ${windowS}::int) - clock_timestamp()))::int
        AS wait
      FROM attempt
     WHERE key = ${hash} AND at > clock_timestamp() - make_interval(secs => ${windowS}::int)
     ORDER BY at DESC OFFSET ${max - 1}::int LIMIT 1`;
  return rows[0]?.wait ?? 0;
}

/** forgetAttempts wipes a key's record after a success. */
export async function forgetAttempts(db: Db, key: string): Promise<void> {
  await db.open.attempt.deleteMany({ where: { key: hashOf(key) } });
}

/** giveBack takes the latest attempt back under each key: it was none, for it succeeded. */
export async function giveBack(db: Db, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await db.open.$executeRaw`
      DELETE FROM attempt
       WHERE id = (SELECT id FROM attempt WHERE key = ${hashOf(key)} ORDER BY id DESC LIMIT 1)`;
  }
}
