import { runBareServer } from './bare-server.ts';
import { runGenerator } from './generator.ts';
import { runReaders } from './pages-readers.ts';
import { stopChildrenAtEnd } from './processes.ts';

const BENCHES: Readonly<Record<string, { says: string; run: (isJson: boolean) => Promise<void> }>> = {
  chain: {
    says: 'plug-in to profile, charge now, stop to cashback, settling, start and memory of the demo (about 5 minutes)',
    run: async (isJson) => { await (await import('./chain.ts')).benchChain(isJson); },
  },
  gateway: {
    says: 'messages per second, latency, CPU and memory of 1,000 stations, beside a bare ws + ajv server (about 5 minutes)',
    run: async (isJson) => { await (await import('./gateway.ts')).benchGateway(isJson); },
  },
  optimizer: {
    says: 'planning fleets of 1 to 100,000 stays, beside HiGHS and a network simplex (about 3 minutes)',
    run: async (isJson) => { await (await import('./optimizer.ts')).runOptimizerBench(isJson ? ['--json'] : []); },
  },
  pages: {
    says: '1,000 open driver pages beside 1,000 stations; JavaScript, paint, response and layout shift of the pages in Chromium; the what-if\'s answers (about 8 minutes)',
    run: async (isJson) => { await (await import('./pages.ts')).benchPages(isJson); },
  },
};
/** Programs the benches run in processes of their own. */
const PARTS: Readonly<Record<string, () => Promise<void>>> = { generator: runGenerator, 'bare-server': runBareServer, 'page-readers': runReaders };

async function main([name, ...options]: string[]): Promise<number> {
  const part = PARTS[name ?? ''];
  if (part !== undefined) {
    await part();
    return 0;
  }
  const bench = BENCHES[name ?? ''];
  const unknown = options.filter((option) => option !== '--json');
  if (bench === undefined || unknown.length > 0) {
    const list = Object.entries(BENCHES).map(([key, { says }]) => `  npm run bench -- ${key.padEnd(8)} ${says}`);
    process.stderr.write(`Benches (--json prints only JSON):\n${list.join('\n')}\n`);
    return name === undefined ? 0 : 1;
  }
  stopChildrenAtEnd();
  try {
    await bench.run(options.includes('--json'));
    return 0;
  } catch (error) {
    process.stderr.write(`The bench ended early: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exit(await main(process.argv.slice(2)));
