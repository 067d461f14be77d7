import pg from 'pg';
import { expect, it } from 'vitest';
import { migrate, migrationNames } from '../db/migrate.ts';
import { testDatabase } from '../db/test-database.ts';

const log = { info: () => undefined, warn: () => undefined };
const FLEET = '20261122000500_fleet';

it('spellings of one card that were stored apart become one: the one with a driver, or the older', async () => {
  await using database = await testDatabase({ empty: true });
  const { ownerUrl: url, appPassword } = database;
  const names = await migrationNames();
  await migrate({ url, appPassword, log, only: names.filter((name) => name < FLEET) });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      INSERT INTO organisation (kind, name) VALUES ('CPO', 'One'), ('CPO', 'Two');
      INSERT INTO person (email, name) VALUES ('d@example.org', 'D');
      INSERT INTO id_token (tenant_id, uid, driver_id, created_at) VALUES
        (1, 'ABC', NULL, '2026-01-01'), (1, 'abc', (SELECT id FROM person), '2026-01-02'),
        (1, 'old', NULL, '2026-01-01'), (1, 'OLD', NULL, '2026-01-02'),
        (2, 'Abc', NULL, '2026-01-03')`);
    await migrate({ url, appPassword, log });
    const { rows } = await client.query('SELECT tenant_id, uid FROM id_token ORDER BY 1, 2');
    expect(rows).toEqual([
      { tenant_id: 1, uid: 'abc' },
      { tenant_id: 1, uid: 'old' },
      { tenant_id: 2, uid: 'Abc' },
    ]);
  } finally {
    await client.end();
  }
});
