import { expect, test } from 'vitest';
import { createDb } from './client.ts';
import { testDatabase } from './test-database.ts';

test('a statement that comes again is kept planned; one that does not, or is without end, is not', async () => {
  await using world = await testDatabase();
  const db = createDb(world.appUrl, { connections: 1 });
  const kept = () => db.open.$queryRaw<{ statement: string }[]>`SELECT statement FROM pg_prepared_statements`;
  const keptOf = async (text: string) => (await kept()).filter(({ statement }) => statement.includes(text)).length;
  for (let time = 0; time < 3; time += 1) await db.open.$queryRaw`SELECT 'asked often'`;
  expect(await keptOf('asked often')).toBe(1);
  for (let no = 0; no < 100; no += 1) await db.open.$queryRawUnsafe(`SELECT ${no} AS once`);
  expect(await keptOf('AS once')).toBe(0);
  for (let no = 0; no < 1_200; no += 1) await db.open.$queryRawUnsafe(`SELECT ${no >> 1} AS twice`);
  expect(await keptOf('AS twice')).toBeLessThan(500);
  await db.close();
});
