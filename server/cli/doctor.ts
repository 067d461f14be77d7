import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { hasDatabase, instanceDir, openDatabase } from '#server/db/database.ts';
import { readEnv } from '#server/env.ts';
import type { Env } from '#server/env.ts';
import { printLine, runCli } from './console.ts';
import {
  checkClock,
  checkDatabase,
  checkNode,
  checkNotices,
  checkOwner,
  checkPort,
  checkPrices,
  checkStationClocks,
  checkStations,
} from './doctor-checks.ts';
import type { Check } from './doctor-checks.ts';

const quiet = { info: () => undefined, warn: () => undefined };

/** The checks that need the database. */
async function checkContent(url: string, isGatewayUp: boolean): Promise<Check[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Where the owner is no superuser, row-level policies bind it too.
    await client.query("SELECT set_config('app.tenant', '*', false)");
    return [
      await checkOwner(client),
      await checkClock(client),
      await checkPrices(client),
      await checkStations(client, isGatewayUp),
      await checkStationClocks(client),
      await checkNotices(client),
    ];
  } finally {
    await client.end();
  }
}

async function checkStored(env: Env, isGatewayUp: boolean): Promise<Check[]> {
  if (!hasDatabase(env)) {
    const detail = 'none yet: the first npm start or npm run demo makes it';
    return [{ name: 'database', ok: true, detail }];
  }
  try {
    const database = await openDatabase(env, { log: quiet, adopt: true });
    try {
      const first = await checkDatabase(database.ownerUrl, database.place);
      return first.ok ? [first, ...(await checkContent(database.ownerUrl, isGatewayUp))] : [first];
    } finally {
      await database.stop();
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const remedy = `Read ${path.join(instanceDir(env), 'postgresql.log')}.`;
    return [{ name: 'database', ok: false, detail, remedy }];
  }
}

/** Examines this installation. */
export async function examine(env: Env): Promise<Check[]> {
  const host = env.VALLEY_HOST ?? '0.0.0.0';
  const [portal, gateway] = await Promise.all([
    checkPort({ name: 'portal', host, port: env.VALLEY_PORT, variable: 'VALLEY_PORT' }),
    checkPort({ name: 'gateway', host, port: env.VALLEY_OCPP_PORT, variable: 'VALLEY_OCPP_PORT' }),
  ]);
  const stored = await checkStored(env, gateway.isOurs);
  return [checkNode(process.versions.node), portal.check, gateway.check, ...stored];
}

/** The line of one check, and its remedy where it failed. */
export function formatCheck({ name, ok, detail, remedy }: Check): string {
  const line = `${ok ? '✓' : '✗'} ${name.padEnd(8)}  ${detail}`;
  return remedy === undefined ? line : `${line}\n            → ${remedy}`;
}

/** `npm run doctor [-- --json]`: exit code 1 where a check failed. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
  });
  const checks = await examine(readEnv());
  const ok = checks.every((check) => check.ok);
  if (values.json) printLine(JSON.stringify({ ok, checks }));
  else for (const check of checks) printLine(formatCheck(check));
  return ok ? 0 : 1;
}

if (import.meta.main) await runCli(main);
