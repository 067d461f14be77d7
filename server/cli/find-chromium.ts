import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FIXED_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The Chromium on this machine: VALLEY_CHROMIUM, one on the path, or Playwright's own. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const wanted = env['VALLEY_CHROMIUM'];
  if (wanted !== undefined && wanted !== '') return wanted;
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const known = [...onPath, ...FIXED_PLACES].find(isProgram);
  if (known !== undefined) return known;
  const own = chromium.executablePath();
  return own !== '' && existsSync(own) ? own : undefined;
}

function run(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.on('error', () => {
      resolve(false);
    });
    child.on('exit', (code) => {
      resolve(code === 0);
    });
  });
}

/**
 * Finds a Chromium, and installs one where there is none: with apt as root, else Playwright's own
 * download. Throws a sentence where neither works.
 */
export async function provideChromium(): Promise<string> {
  const known = findChromium();
  if (known !== undefined) return known;
  if (process.getuid?.() === 0 && isProgram('/usr/bin/apt-get')) {
    const packages = ['chromium', 'fonts-liberation'];
    await run('apt-get', ['update', '-q']);
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages]);
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  const entry = path.resolve(import.meta.dirname, '../../node_modules/@playwright/test/cli.js');
  await run(process.execPath, [entry, 'install', 'chromium']);
  const downloaded = findChromium();
  if (downloaded !== undefined) return downloaded;
  throw new Error(
    'There is no Chromium and none could be installed: install one and set VALLEY_CHROMIUM to it.',
  );
}
