import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { copyBinaries } from './embedded-home.ts';

test('servers that start at once where none ever did share one copy of the programs', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'valley-home-'));
  const nativeDir = path.join(dir, 'native');
  await mkdir(path.join(nativeDir, 'bin'), { recursive: true });
  for (const name of ['initdb', 'postgres', 'pg_ctl']) {
    await writeFile(path.join(nativeDir, 'bin', name), name);
  }
  const homeDir = path.join(dir, 'home');
  await mkdir(homeDir);
  const copies = [1, 2, 3].map(() => copyBinaries({ nativeDir, version: '18' }, homeDir));
  const bin = path.join(homeDir, 'postgresql-18', 'native', 'bin');
  expect(await Promise.all(copies)).toEqual([bin, bin, bin]);
  expect(await readdir(bin)).toHaveLength(3);
  expect(await readdir(homeDir)).toEqual(['postgresql-18']);
  await rm(dir, { recursive: true });
});
