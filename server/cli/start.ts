import { parseArgs } from 'node:util';
import { firstAdminToken } from '../auth/one-time-link.ts';
import { readEnv, type Env } from '../env.ts';
import { openInstallation } from '../installation.ts';
import { createLifetime, unlessStopped } from '../lifetime.ts';
import { createLog } from '../log.ts';
import { startSystem, type System } from '../system.ts';
import { untilToldToStop } from '../supervise.ts';

/** runStart serves real stations and people: no simulation, no demo sign-ins. */
export async function runStart(argv: string[]): Promise<number> {
  parseArgs({ args: argv, options: {} });
  return await unlessStopped(serve(readEnv(), untilToldToStop()));
}

async function serve(env: Env, stopped: Promise<void>): Promise<number> {
  const log = createLog('start', env.VALLEY_LOG_LEVEL);
  await using lifetime = createLifetime(stopped);
  const installation = await lifetime.open(openInstallation({ env, mode: 'live', log }), (opened) => opened.close());
  const system = startSystem({ installation, env, mode: 'live', log });
  await lifetime.open(Promise.resolve(system), () => system.stop());
  await lifetime.until(system.ready);
  process.stdout.write(greeting({ env, system, dataDir: installation.dataDir, token: await firstAdminToken(installation.db) }));
  await stopped;
  return 0;
}

function greeting(args: { env: Env; system: System; dataDir: string; token: string | null }): string {
  const { env, system, token } = args;
  return [
    '', `Valley runs.`,
    `  Portal     ${system.portalUrl}`,
    `  Stations   ws://HOST:${env.VALLEY_OCPP_PORT}/ocpp/<stationId>   (OCPP 1.6 and 2.0.1, Basic authentication)`,
    `  Data       ${args.dataDir}`,
    ...(env.ENTSOE_TOKEN === undefined ? ['  Prices     none are fetched: set ENTSOE_TOKEN, or import a file with npm run prices -- FILE --zone NL'] : []),
    ...(token === null ? [] : [
      '', `  First administrator, once, within 24 hours:`, `    ${system.portalUrl}/setup?token=${token}`,
    ]),
    '  Stop       Ctrl-C', '',
  ].join('\n');
}
