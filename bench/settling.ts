import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { startScratch } from './processes.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const STAYS = 6_000;
const STATIONS = 200;

export type Settling = { sessions: number; posted: number; seconds: number; perSecond: number };

/** measureSettling stores closed stays in a database of their own and settles them with `npm run settle`. */
export async function measureSettling(): Promise<Settling & { again: Settling }> {
  const scratch = await startScratch({ roles: [], stations: STATIONS, pastStays: STAYS });
  try {
    const settle = async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ['server/index.ts', 'settle', '--json'], {
        cwd: ROOT, env: { ...process.env, VALLEY_DATA_DIR: scratch.dataDir },
      });
      return JSON.parse(stdout) as Settling;
    };
    const first = await settle();
    return { ...first, again: await settle() };
  } finally {
    await scratch.stop();
  }
}
