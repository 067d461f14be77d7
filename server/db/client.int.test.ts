import { expect, test } from 'vitest';
import { createDb } from './client.ts';
import { testDatabase } from './test-database.ts';

test('a statement that comes again is planned no second time, and statements without end are not all kept', async () => {
  await using world = await testDatabase();
  const db = createDb(world.appUrl, { connections: 1 });
  const kept = () => db.open.$queryRaw<{ statement: string }[]>`SELECT statement FROM pg_prepared_statements`;
  await db.open.$queryRaw`SELECT 'asked often'`;
  await db.open.$queryRaw`SELECT 'asked often'`;
  expect((await kept()).filter(({ statement }) => statement.includes('asked often'))).toHaveLength(1);
  for (let no = 0; no < 600; no += 1) await db.open.$queryRawUnsafe(`SELECT ${no} AS no`);
  expect((await kept()).length).toBeLessThan(600);
  await db.close();
});
