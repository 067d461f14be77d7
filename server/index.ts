import { connectBus, type Bus } from './bus/bus.ts';
import { connectClock } from './clock.ts';
import { createDb } from './db/client.ts';
import { EnvError, jobsUrl, readEnv, type Env } from './env.ts';
import { PriceFeedError } from './feeds/price-feed-error.ts';
import { ValleyError } from './errors.ts';
import { createLog, type Log } from './log.ts';
import { reportReady, untilToldToStop } from './supervise.ts';
import { version } from './system.ts';

const ANY_HOST = '0.0.0.0';

/** What a role of the system is made with. */
async function connect(env: Env, log: Log, connections: number) {
  const url = env.VALLEY_APP_DATABASE_URL;
  if (url === undefined) throw new ValleyError('NOT_READY', 'This role is started by npm start or npm run demo.');
  const db = createDb(url, { connections });
  let bus: Bus | null = null;
  try {
    bus = await connectBus(url, log);
    return { db, bus, clock: await connectClock(db, bus, log), log, version: version() };
  } catch (error) {
    await bus?.close();
    await db.close();
    throw error;
  }
}

async function gateway(env: Env, log: Log) {
  const { startGateway } = await import('./gateway/gateway.ts');
  const { parts, gateway: server } = await startGateway({
    version: version(), log, port: env.VALLEY_OCPP_PORT, host: env.VALLEY_HOST ?? ANY_HOST, connect: () => connect(env, log, 8),
  });
  return { ...parts, close: () => server.close() };
}

async function worker(env: Env, log: Log) {
  const { createWorker } = await import('./worker.ts');
  const { startJobs } = await import('./jobs/jobs.ts');
  const parts = await connect(env, log, 10);
  const working = createWorker({ ...parts, syntheticSeed: env.VALLEY_DEMO_SEED ?? null });
  const entsoe = env.ENTSOE_TOKEN === undefined ? null : { baseUrl: env.ENTSOE_URL, token: env.ENTSOE_TOKEN };
  const ownerUrl = env.VALLEY_MODE === 'replay' ? null : jobsUrl(env);
  if (ownerUrl === null && env.VALLEY_MODE !== 'replay') {
    log.warn('no jobs run here, so no prices are fetched: set DATABASE_URL to the address of the owner of the database');
  }
  const jobs = ownerUrl === null ? null : await startJobs({ ...parts, ownerUrl, entsoe });
  return { ...parts, close: async () => { await working.close(); await jobs?.close(); } };
}

async function web(env: Env, log: Log) {
  const { createWeb } = await import('./http.ts');
  const parts = await connect(env, log, 10);
  const server = createWeb({ ...parts, env });
  await server.listen(env.VALLEY_PORT, env.VALLEY_HOST ?? ANY_HOST);
  return { ...parts, close: () => server.close() };
}

const roles = { gateway, worker, web };

/** runRole serves until it is told to stop or its supervisor is gone; a bug ends the process, which is restarted. */
async function runRole(name: keyof typeof roles): Promise<void> {
  const env = readEnv();
  const log = createLog(name, env.VALLEY_LOG_LEVEL);
  const die = (error: unknown) => {
    log.fatal({ error: error instanceof Error ? error.stack : String(error) }, 'unexpected error');
    process.exit(70);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  const stopped = untilToldToStop();
  // The gateway waits for its database for as long as it takes; it can be stopped meanwhile.
  const role = await Promise.race([roles[name](env, log), stopped]);
  if (role === undefined) return;
  reportReady();
  await stopped;
  await role.close();
  await role.bus.close();
  await role.db.close();
}

const commands: Record<string, (argv: string[]) => Promise<number>> = {
  demo: async (argv) => (await import('./cli/demo.ts')).runDemo(argv),
  start: async (argv) => (await import('./cli/start.ts')).runStart(argv),
  prices: async (argv) => (await import('./cli/offline.ts')).pricesCommand(argv),
  settle: async (argv) => (await import('./cli/offline.ts')).settleCommand(argv),
  replay: async (argv) => (await import('./cli/replay.ts')).runReplay(argv),
};

async function main([name = 'start', ...argv]: string[]): Promise<void> {
  try {
    if (name === 'gateway' || name === 'worker' || name === 'web') {
      await runRole(name);
      process.exit(0);
    }
    const command = commands[name];
    if (command === undefined) throw new ValleyError('BAD_INPUT', `There is no command "${name}": say ${Object.keys(commands).join(', ')}.`);
    process.exit(await command(argv));
  } catch (error) {
    const isForPeople = error instanceof EnvError || error instanceof ValleyError || error instanceof PriceFeedError;
    process.stderr.write(`${isForPeople ? error.message : error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
    process.exit(1);
  }
}

await main(process.argv.slice(2));
