import type { Db } from './client.ts';

/** A pool that is busy is not a database that is away: as long as a tx may wait for its connection. */
const PATIENCE_MS = 10_000;

/**
 * storedMigration names the newest migration that the database has; the code may know newer ones.
 * @returns null where the database does not answer within 10 s of real time.
 */
export async function storedMigration(db: Pick<Db, 'open'>): Promise<string | null> {
  const asked = db.open.$queryRaw<{ name: string | null }[]>`
    SELECT max(migration_name) AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL`.then(
    (rows) => rows[0]?.name ?? '',
    () => null,
  );
  const late = new Promise<null>((resolve) => {
    setTimeout(() => {
      resolve(null);
    }, PATIENCE_MS).unref();
  });
  return await Promise.race([asked, late]);
}
