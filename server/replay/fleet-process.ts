import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { plainEnv } from '../child-env.ts';
import type { ClockAnchor } from '../clock.ts';

const GUARD = new URL('../exit-with-parent.ts', import.meta.url).href;
const ENTRY = path.resolve(import.meta.dirname, '..', '..', 'sim', 'main.ts');

/** The simulated fleet as a process of its own: it may be killed and goes on from its journal. */
export type FleetProcess = {
  /** Resolves when every car has left and every message is answered. */
  finished: Promise<void>;
  tellClock(anchor: ClockAnchor): Promise<void>;
  kill(): void;
  /** Resolves when the control port answers. */
  ready(): Promise<void>;
  stop(): void;
};

/** @param args.entry another program than the simulator: for tests. */
export function startFleet(args: { argv: readonly string[]; controlPort: number; token: string; entry?: string }): FleetProcess {
  let child: ChildProcess;
  let isStopping = false;
  let done: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => { done = resolve; fail = reject; });
  finished.catch(() => undefined);
  const start = () => {
    // A channel of its own: a fleet whose replay was killed must not go on talking to nobody.
    child = spawn(process.execPath, ['--import', GUARD, args.entry ?? ENTRY, ...args.argv], {
      env: plainEnv(), stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let tail = '';
    child.stderr?.on('data', (chunk: Buffer) => { tail = `${tail}${chunk.toString()}`.slice(-2_000); });
    child.once('exit', (code, signal) => {
      if (isStopping || code === 0) done();
      else if (signal === 'SIGKILL') start();
      else fail(new Error(`The simulated fleet ended with ${code ?? signal}: ${tail}`));
    });
  };
  start();
  const call = async (method: string, route: string, body?: unknown) => {
    const answer = await fetch(`http://127.0.0.1:${args.controlPort}${route}`, {
      method, headers: { authorization: `Bearer ${args.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }), signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok) throw new Error(`fleet ${route}: ${answer.status} ${await answer.text()}`);
  };
  return {
    finished,
    tellClock: ({ realAnchorMs, simAnchorMs, speed }) => call('POST', '/clock', { realAnchorMs, simAnchorMs, speed }).catch(() => undefined),
    kill: () => { child.kill('SIGKILL'); },
    async ready() {
      for (let tries = 0; tries < 300; tries += 1) {
        if (await call('GET', '/state').then(() => true, () => false)) return;
        await new Promise((resolve) => { setTimeout(resolve, 100); });
      }
      throw new Error('The simulated fleet did not start within 30 s.');
    },
    stop() {
      isStopping = true;
      child.kill('SIGTERM');
    },
  };
}
