import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { plainEnv } from '../child-env.ts';
import { readEnv } from '../env.ts';
import { openInstallation } from '../installation.ts';
import { createLifetime } from '../lifetime.ts';
import { createLog } from '../log.ts';
import { readRecordedStays } from '../replay/programme.ts';
import { untilToldToStop } from '../supervise.ts';
import { runCli } from './console.ts';
import { demoFolder } from './demo-keys.ts';
import { assertDemoAt, registerStations } from './sim-keys.ts';

const ENTRY = path.resolve(import.meta.dirname, '..', '..', 'sim', 'main.ts');
const GUARD = new URL('../exit-with-parent.ts', import.meta.url).href;
const SITE = 'Recorded sessions';

/**
 * The simulator speaks only OCPP and knows no database. What it needs to be let in, this command brings:
 * against the demo of this clone the stations of a session file are made and their keys handed over.
 */
async function main(argv: readonly string[]): Promise<number> {
  const stopped = untilToldToStop();
  return await play([...argv, ...await keyArguments(argv, stopped)], stopped);
}

async function keyArguments(argv: readonly string[], stopped: Promise<void>): Promise<string[]> {
  const { values } = parseArgs({ args: [...argv], strict: false, options: {
    sessions: { type: 'string' }, url: { type: 'string' }, limit: { type: 'string' }, key: { type: 'string' }, 'key-file': { type: 'string' },
    help: { type: 'boolean' },
  } });
  const { sessions, url } = values;
  const isAsked = typeof sessions === 'string' && typeof url === 'string' && values.help !== true;
  if (!isAsked || values.key !== undefined || values['key-file'] !== undefined) return [];
  const env = readEnv();
  const dir = demoFolder(env);
  await assertDemoAt(url, dir);
  const limit = Number(values.limit ?? Infinity);
  const visits = readRecordedStays(sessions, Number.isNaN(limit) ? Infinity : limit);
  await using lifetime = createLifetime(stopped);
  const log = createLog('sim', 'warn');
  const opened = await lifetime.open(openInstallation({ env, mode: 'demo', log, adopt: true }), (installation) => installation.close());
  return ['--key-file', await lifetime.open(registerStations(opened.db, { dir, visits, site: SITE }))];
}

function play(argv: readonly string[], stopped: Promise<void>): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', GUARD, ENTRY, ...argv], { env: plainEnv(), stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    void stopped.then(() => child.kill('SIGTERM'));
    // Listening for the parent's end must not keep a finished run alive.
    process.channel?.unref();
    child.on('error', () => { resolve(127); });
    child.on('exit', (code) => { resolve(code ?? 130); });
  });
}

await runCli(main);
