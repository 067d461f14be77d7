import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const TRIES = 100;

/** Environment of a process whose garbage is to be collected on demand: its debugger, once woken, listens there. */
export function inspectable(port: number): Record<string, string> {
  return { NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` };
}

async function socketUrl(port: number): Promise<string> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const targets = await fetch(`http://127.0.0.1:${port}/json/list`).then((answer) => answer.json(), () => null) as
      { webSocketDebuggerUrl: string }[] | null;
    const url = targets?.[0]?.webSocketDebuggerUrl;
    if (url !== undefined) return url;
    await sleep(50);
  }
  throw new Error(`the debugger of the measured process does not answer on port ${port}`);
}

/**
 * collectGarbage makes another Node process collect all its garbage, so that what is left of its
 * memory is held, not forgotten. SIGUSR1 opens Node's debugger; it stays open, idle and free.
 */
export async function collectGarbage(pid: number, port: number): Promise<void> {
  process.kill(pid, 'SIGUSR1');
  const ws = new WebSocket(await socketUrl(port));
  await once(ws, 'open');
  // Twice: the first round lets finalizers drop what only they still held.
  for (const id of [1, 2]) {
    ws.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await once(ws, 'message');
  }
  ws.close();
  await once(ws, 'close');
}
