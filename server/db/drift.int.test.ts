import { expect, test } from 'vitest';
import pg from 'pg';
import { schemaDiff } from './schema-diff.ts';
import { testDatabase } from './test-database.ts';

test('the migrations make exactly the tables that prisma/schema describes', async () => {
  await using world = await testDatabase();
  expect(await schemaDiff(world.ownerUrl)).toBe('');
});

test('a column that the schema does not know is reported', async () => {
  await using world = await testDatabase();
  const client = new pg.Client({ connectionString: world.ownerUrl });
  await client.connect();
  await client.query('CREATE TABLE stranger (id int PRIMARY KEY)');
  await client.end();
  expect(await schemaDiff(world.ownerUrl)).toContain('DROP TABLE "stranger"');
});
