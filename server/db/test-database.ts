import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { withRole } from './embedded.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's PostgreSQL server and the migrated template on it. */
    testServer: { adminUrl: string; templateName: string; appPassword: string };
  }
}

/** A database of its own for one test file, with every migration applied. */
export type TestDatabase = AsyncDisposable & {
  readonly name: string;
  /** As role `valley_owner`: everything allowed. */
  readonly ownerUrl: string;
  /** As role `valley_app`: what the program may do. */
  readonly appUrl: string;
  /** The password of role `valley_app` on this server. */
  readonly appPassword: string;
};

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/**
 * Makes a copy of the migrated template (`await using world = await testDatabase()`), or with
 * `empty` a database without any table. It is dropped on disposal: end connections before that.
 * Only for tests of the project "integration".
 */
export async function testDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const server = inject('testServer');
  const name = `valley_test_${randomBytes(6).toString('hex')}`;
  const template = options.empty === true ? 'template0' : server.templateName;
  await asAdmin(server.adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const owner = new URL(server.adminUrl);
  owner.pathname = `/${name}`;
  return {
    name,
    ownerUrl: owner.href,
    appUrl: withRole(owner.href, 'valley_app', server.appPassword),
    appPassword: server.appPassword,
    [Symbol.asyncDispose]: () => asAdmin(server.adminUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}
