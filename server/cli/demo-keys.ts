import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { demoStations } from '#prisma/seed/demo.ts';
import type { Env } from '../env.ts';
import { ValleyError } from '../errors.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

const keysSchema = z.object({ stations: z.record(z.string(), z.string()), control: z.string() });
/** What the demo's stations sign in with, and the token of its street's control port. */
export type DemoKeys = z.infer<typeof keysSchema>;

/** demoFolder is where the demo keeps what its street needs, beside the database. */
export function demoFolder(env: Pick<Env, 'VALLEY_DATA_DIR'>): string {
  return path.join(path.resolve(ROOT, env.VALLEY_DATA_DIR ?? '.valley'), 'demo');
}

/**
 * keptKeys are made at the first start and stay, for they are in the stations of the database.
 * @throws ValleyError where the file is there and cannot be read.
 */
export async function keptKeys(dir: string): Promise<DemoKeys> {
  const file = path.join(dir, 'keys.json');
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept !== null) return readKeys(file, kept);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const keys: DemoKeys = {
    stations: Object.fromEntries(demoStations.map(({ id }) => [id, randomBytes(20).toString('hex')])),
    control: randomBytes(16).toString('hex'),
  };
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

function readKeys(file: string, text: string): DemoKeys {
  try {
    return keysSchema.parse(JSON.parse(text));
  } catch {
    throw new ValleyError('NOT_READY', `${file} is damaged: put it back, or start over with npm run demo -- --reset.`);
  }
}
