import { readdir, readFile } from 'node:fs/promises';

/** USER_HZ: Linux reports CPU time in 1/100 s on every platform Node runs on. */
const MICROS_PER_TICK = 10_000;

async function text(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

/** Fields of /proc/<pid>/stat from the third on: the second, a name, may hold spaces. */
async function statOf(pid: number): Promise<string[]> {
  const line = await text(`/proc/${pid}/stat`);
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}

/** cpuMicros is what a process has used of CPUs so far, all threads, user and system, µs; 0 once it is gone. */
export async function cpuMicros(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MICROS_PER_TICK;
}

/**
 * cpuMicrosOfTree is what a process and all that came from it have used so far, µs. A child that
 * ended and was waited for is in its parent's account, so that the sum never falls.
 */
export async function cpuMicrosOfTree(rootPid: number): Promise<number> {
  const all = await Promise.all((await descendants(rootPid)).map(async (pid) => {
    const fields = await statOf(pid);
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * MICROS_PER_TICK;
  }));
  return all.reduce((sum, each) => sum + each, 0);
}

async function kilobytes(file: string, field: string): Promise<number> {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(await text(file));
  return Number(found?.[1] ?? 0);
}

/** Memory of a process in KiB: resident, and its fair share (pages of n processes count 1/n). */
export async function memoryOf(pid: number): Promise<{ rssKib: number; pssKib: number }> {
  const [rssKib, pssKib] = await Promise.all([
    kilobytes(`/proc/${pid}/status`, 'VmRSS'), kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss'),
  ]);
  return { rssKib, pssKib };
}

/** descendants gives a process and all that came from it, by parent links as they are now. */
export async function descendants(rootPid: number): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = new Map(await Promise.all(names.map(async (name): Promise<[number, number]> =>
    [Number(name), Number((await statOf(Number(name)))[1] ?? 0)])));
  const found = [rootPid];
  for (const parent of found) {
    for (const [pid, itsParent] of parents) if (itsParent === parent) found.push(pid);
  }
  return found;
}

/** commandOf is the command line of a process, its parts joined by spaces. */
export async function commandOf(pid: number): Promise<string> {
  return (await text(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim();
}
