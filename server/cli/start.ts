import { parseArgs } from 'node:util';
import { firstAdminToken } from '../auth/one-time-link.ts';
import { readEnv } from '../env.ts';
import { openInstallation } from '../installation.ts';
import { createLog } from '../log.ts';
import { startSystem } from '../system.ts';
import { untilToldToStop } from '../supervise.ts';

/** runStart serves real stations and people: no simulation, no demo sign-ins. */
export async function runStart(argv: string[]): Promise<number> {
  parseArgs({ args: argv, options: {} });
  const env = readEnv();
  const log = createLog('start', env.VALLEY_LOG_LEVEL);
  const stopped = untilToldToStop();
  const installation = await openInstallation({ env, mode: 'live', log });
  const system = startSystem({ installation, env, mode: 'live', log });
  try {
    await system.ready;
    const token = await firstAdminToken(installation.db);
    process.stdout.write([
      '', `Valley runs.`,
      `  Portal     ${system.portalUrl}`,
      `  Stations   ws://HOST:${env.VALLEY_OCPP_PORT}/ocpp/<stationId>   (OCPP 1.6 and 2.0.1, Basic authentication)`,
      `  Data       ${installation.dataDir}`,
      ...(env.ENTSOE_TOKEN === undefined ? ['  Prices     none are fetched: set ENTSOE_TOKEN, or import a file with npm run prices -- FILE --zone NL'] : []),
      ...(token === null ? [] : [
        '', `  First administrator, once, within 24 hours:`, `    ${system.portalUrl}/setup?token=${token}`,
      ]),
      '  Stop       Ctrl-C', '',
    ].join('\n'));
    await stopped;
    return 0;
  } finally {
    await system.stop();
    await installation.close();
  }
}
