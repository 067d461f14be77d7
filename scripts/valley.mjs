// Plain JavaScript for Node >= 20: brings what the commands need, then runs one on Node 24.
// Everything said here goes to stderr; stdout belongs to the command.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const HOME = path.join(ROOT, '.valley');
const LOCK = path.join(HOME, 'bootstrap.lock');
// 24.14.1 is the security release of March 2026; import.meta.main exists since 24.2.
const NODE_FLOOR = [24, 14];
const NODE_PACKAGE_RANGE = '24';
const LOCK_POLL_MS = 200;
// A lock folder without an owner is one that is being made, or whose maker was killed just then.
const OWNERLESS_LOCK_MS = 5000;

/** Command → the file it runs, words before the user's arguments, whether pages are needed. */
const COMMANDS = {
  demo: { entry: 'server/index.ts', words: ['demo'], build: true },
  start: { entry: 'server/index.ts', words: ['start'], build: true },
  replay: { entry: 'server/index.ts', words: ['replay'], build: true },
  backtest: { entry: 'server/cli/backtest.ts', words: [], build: false },
  prices: { entry: 'server/index.ts', words: ['prices'], build: false },
  settle: { entry: 'server/index.ts', words: ['settle'], build: false },
  sim: { entry: 'server/cli/sim.ts', words: [], build: false },
  bench: { entry: 'bench/main.ts', words: [], build: true },
  test: { entry: 'server/cli/test.ts', words: [], build: false },
  laws: { entry: 'server/cli/laws.ts', words: [], build: false },
  check: { entry: 'server/cli/check.ts', words: [], build: false },
  doctor: { entry: 'server/cli/doctor.ts', words: [], build: false },
  backup: { entry: 'server/cli/backup.ts', words: ['backup'], build: false },
  restore: { entry: 'server/cli/backup.ts', words: ['restore'], build: false },
  migration: { entry: 'server/cli/migration.ts', words: [], build: false },
};
/** What the production build of the pages is made from. */
const BUILD_INPUTS = [
  'app',
  'domain',
  'workers',
  'public',
  'server/runtime.ts',
  'server/trpc',
  'next.config.js',
  'next.config.mjs',
  'next.config.ts',
  'scripts/tsconfig.pages.json',
  'postcss.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

class Stop extends Error {}

function say(text) {
  process.stderr.write(`valley: ${text}\n`);
}

function isNodeFine(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
}

function listFiles(name) {
  const full = path.join(ROOT, name);
  const found = statSync(full, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isFile()) return [name];
  return readdirSync(full)
    .filter((entry) => !/^\.|\.test\.tsx?$/.test(entry))
    .flatMap((entry) => listFiles(path.join(name, entry)));
}

// By content, not by date: a branch switched forth and back needs no new build, and reading a few
// hundred small files takes some 20 ms.
function digest(names, extra) {
  const hash = createHash('sha256').update(extra);
  for (const name of names.flatMap(listFiles).sort()) {
    hash.update(`\0${name}\0`).update(readFileSync(path.join(ROOT, name)));
  }
  return hash.digest('hex');
}

function isCurrent(stampFile, wanted) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function lockOwner() {
  try {
    return Number.parseInt(readFileSync(path.join(LOCK, 'pid'), 'utf8'), 10);
  } catch {
    return undefined;
  }
}

function isLockStale() {
  const owner = lockOwner();
  if (owner !== undefined && !Number.isNaN(owner)) return !isAlive(owner);
  const made = statSync(LOCK, { throwIfNoEntry: false });
  return made !== undefined && Date.now() - made.mtimeMs > OWNERLESS_LOCK_MS;
}

/** Runs `work` while no other command prepares the same clone. */
async function withLock(work) {
  mkdirSync(HOME, { recursive: true });
  let hasSaid = false;
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isLockStale()) {
      rmSync(LOCK, { recursive: true, force: true });
      continue;
    }
    if (!hasSaid) say(`waiting for process ${lockOwner()}, which prepares the same folder`);
    hasSaid = true;
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
  writeFileSync(path.join(LOCK, 'pid'), String(process.pid));
  const release = () => rmSync(LOCK, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    release();
    process.removeListener('exit', release);
  }
}

/** Runs a program; what it prints goes to stderr. Resolves with its exit code. */
function run(program, args, env = process.env) {
  return new Promise((resolve) => {
    const isScript = process.platform === 'win32' && !program.endsWith('.exe');
    const child = spawn(program, args, {
      cwd: ROOT,
      env,
      stdio: ['ignore', 2, 2],
      shell: isScript,
    });
    child.on('error', (error) => {
      say(`${program}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs npm, the same one that runs us where there is one. */
function npm(node, args) {
  const script = process.env.npm_execpath ?? '';
  const env = environment(node);
  if (script.endsWith('npm-cli.js') || script.endsWith('npm-cli.cjs'))
    return run(node, [script, ...args], env);
  return run('npm', args, env);
}

function environment(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const value = `${path.dirname(node)}${path.delimiter}${process.env[name] ?? ''}`;
  return { ...process.env, [name]: value, NEXT_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1' };
}

async function findNode() {
  if (isNodeFine(process.versions.node)) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const prefix = path.join(HOME, 'node');
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = path.join(prefix, 'node_modules', name, 'bin', file);
  if (existsSync(node)) return node;
  await withLock(async () => {
    if (existsSync(node)) return;
    say(`this is Node ${process.versions.node}; fetching Node ${NODE_PACKAGE_RANGE} into .valley`);
    mkdirSync(prefix, { recursive: true });
    // Without a package.json of its own npm would walk up and install into the project.
    const manifest = path.join(prefix, 'package.json');
    if (!existsSync(manifest)) writeFileSync(manifest, '{"private":true}\n');
    const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    const wanted = `${name}@${NODE_PACKAGE_RANGE}`;
    await npm(process.execPath, ['install', '--prefix', prefix, ...options, wanted]);
  });
  if (existsSync(node)) return node;
  throw new Stop(
    `Valley runs on Node ${NODE_FLOOR.join('.')} or newer, this is ${process.versions.node}, and ` +
      `the package ${name} could not be installed: install Node 24 and run the command again.`,
  );
}

async function installDependencies(node) {
  const stamp = path.join(ROOT, 'node_modules', '.valley-stamp');
  const wanted = () => digest(['package.json', 'package-lock.json'], process.platform);
  if (isCurrent(stamp, wanted())) return;
  say('installing the dependencies (a minute or two the first time)');
  // No install script is needed: the database's libraries are linked when it starts.
  const code = await npm(node, [
    'install',
    '--no-save',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code !== 0) {
    throw new Stop('npm could not install the dependencies: read its message above, mend that.');
  }
  writeFileSync(stamp, wanted());
}

async function generateClient(node) {
  const stamp = path.join(ROOT, 'server', 'db', 'generated', '.valley-stamp');
  const inputs = ['prisma/schema', 'prisma.config.ts', 'package-lock.json'];
  const wanted = digest(inputs, '');
  if (isCurrent(stamp, wanted)) return;
  say('making the database client');
  // Prisma would download an engine that generate does not use; any existing file satisfies it.
  const anyFile = ['/bin/true', '/usr/bin/true'].find((file) => existsSync(file)) ?? node;
  const cli = path.join(ROOT, 'node_modules', 'prisma', 'build', 'index.js');
  const env = { ...environment(node), PRISMA_SCHEMA_ENGINE_BINARY: anyFile };
  const code = await run(node, [cli, 'generate', '--no-hints'], env);
  if (code !== 0) throw new Stop('Prisma could not make the database client: see above.');
  writeFileSync(stamp, wanted);
}

/** Each build has a folder of its own, named by what it was made from: a running portal keeps its files. */
function pagesOf(wanted) {
  const name = path.join('.valley', 'pages', wanted.slice(0, 16));
  return { name, dir: path.join(ROOT, name), users: path.join(ROOT, `${name}.used-by`) };
}

/** @returns the folder of the built pages, which stays as long as a process that claims it lives. */
async function buildPages(node) {
  const wanted = digest(BUILD_INPUTS, '');
  const pages = pagesOf(wanted);
  const stamp = path.join(pages.dir, '.valley-stamp');
  if (!isCurrent(stamp, wanted)) {
    say('building the pages (a minute the first time)');
    rmSync(pages.dir, { recursive: true, force: true });
    await build(node, pages);
    writeFileSync(stamp, wanted);
  }
  claimPages(pages, process.pid);
  removeUnusedPages(pages);
  return pages;
}

async function build(node, { name, dir }) {
  // Next points this file at the types of its last build; `next typegen` keeps it on .next.
  const types = path.join(ROOT, 'next-env.d.ts');
  const before = existsSync(types) ? readFileSync(types, 'utf8') : undefined;
  const cli = path.join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = { ...environment(node), NODE_ENV: 'production', VALLEY_PAGES_DIR: name };
  const code = await run(node, [cli, 'build'], env);
  if (before === undefined) rmSync(types, { force: true });
  else writeFileSync(types, before);
  if (code === 0 && existsSync(dir)) return;
  rmSync(dir, { recursive: true, force: true });
  throw new Stop('The pages could not be built: see above.');
}

function claimPages({ users }, pid) {
  mkdirSync(users, { recursive: true });
  const claim = path.join(users, String(pid));
  writeFileSync(claim, '');
  process.once('exit', () => rmSync(claim, { force: true }));
}

function removeUnusedPages({ dir: kept }) {
  const home = path.dirname(kept);
  for (const name of readdirSync(home).filter((entry) => !entry.endsWith('.used-by'))) {
    const dir = path.join(home, name);
    const users = `${dir}.used-by`;
    const pids = existsSync(users) ? readdirSync(users).map(Number) : [];
    if (dir === kept || pids.some(isAlive)) continue;
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    rmSync(users, { recursive: true, force: true });
  }
}

// `npm test` builds unless only stages without a browser are asked for.
function needsBuild(command, args) {
  if (command !== 'test') return COMMANDS[command].build;
  const stages = args.filter((arg) =>
    ['lint', 'types', 'knip', 'unit', 'integration'].includes(arg),
  );
  return stages.length === 0 || args.includes('e2e');
}

async function prepare(node, isBuilding) {
  await installDependencies(node);
  await generateClient(node);
  return isBuilding ? await buildPages(node) : undefined;
}

/** Runs the command on Node 24, passes signals on, and ends as it ends. */
function dispatch(node, pages, [command, ...args]) {
  const { entry, words } = COMMANDS[command];
  const child = spawn(node, [path.join(ROOT, entry), ...words, ...args], {
    env: { ...environment(node), ...(pages === undefined ? {} : { VALLEY_PAGES_DIR: pages.name }) },
    // The channel closes when this process is killed: that is how the command learns of it.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // It may outlive this process for a moment, and then it still serves these pages.
  if (pages !== undefined && child.pid !== undefined) claimPages(pages, child.pid);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  }
  child.on('error', (error) => {
    say(error.message);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? (signal === 'SIGINT' ? 130 : 143));
  });
}

async function main([command, ...args]) {
  if (command === undefined || !Object.hasOwn(COMMANDS, command)) {
    throw new Stop(`say which command: ${Object.keys(COMMANDS).join(', ')}`);
  }
  const node = await findNode();
  const pages = await withLock(() => prepare(node, needsBuild(command, args)));
  dispatch(node, pages, [command, ...args]);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof Stop ? error.message : error.stack);
  process.exitCode = 1;
}
