import { measureDemo, type ProcessMemory } from './demo-start.ts';
import { percentile } from './percentile.ts';
import { startScratch } from './processes.ts';
import { startReport, type Figure } from './report.ts';
import { measureSettling } from './settling.ts';
import { playLongStay, playShortStay, type StayTimes } from './stays.ts';

const STAYS = 33;
const GIB_KIB = 1024 * 1024;

type Times = { plugIn: number[]; chargeNow: StayTimes['chargeNow'][]; stop: number[] };

/** One stay after the other, each on a station and with a driver of its own. */
async function measureStays(): Promise<Times> {
  const scratch = await startScratch({ roles: ['gateway', 'worker', 'web'], stations: 2 * STAYS, cookies: true });
  const times: Times = { plugIn: [], chargeNow: [], stop: [] };
  const seats = scratch.stations.map(({ id, card, cookie }) => ({ scratch, id, card, cookie: cookie ?? '' }));
  try {
    for (let index = 0; index < STAYS; index += 1) {
      const [here, there] = [seats[index], seats[STAYS + index]];
      if (here === undefined || there === undefined) break;
      const short = await playShortStay(here);
      const long = await playLongStay(there);
      // The first stay compiles statements and code on every side; a person meets it once a day.
      if (index === 0) continue;
      times.plugIn.push(short.plugInMs);
      times.chargeNow.push(short.chargeNow);
      times.stop.push(long.stopMs);
    }
    return times;
  } finally {
    await scratch.stop();
  }
}

function timeFigures(name: string, values: readonly number[], goalMs: number): Figure[] {
  return [
    { name: `${name}, p50`, value: percentile(values, 50), unit: 'ms', goal: null, note: `${values.length} stays` },
    { name: `${name}, p95`, value: percentile(values, 95), unit: 'ms', goal: { atMost: goalMs } },
  ];
}

function memoryFigures(memory: readonly ProcessMemory[]): Figure[] {
  const total = memory.reduce((sum, { pssKib }) => sum + pssKib, 0);
  return [
    ...memory.map(({ name, rssKib, pssKib }): Figure => ({
      name: `memory, ${name}`, value: pssKib / 1024, unit: 'MiB', goal: null, note: `resident ${Math.round(rssKib / 1024)} MiB`,
    })),
    { name: 'memory, the whole demo', value: total / GIB_KIB, unit: 'GiB', goal: { atMost: 1.2 }, note: 'each shared page counted once' },
  ];
}

/**
 * benchChain measures the chain a driver feels, from the plug to the cashback, on a machine that does
 * nothing else, then settling in bulk, and the demo's start and size.
 */
export async function benchChain(isJson: boolean): Promise<void> {
  const report = startReport('chain');
  const times = await measureStays();
  const settling = await measureSettling();
  const demo = await measureDemo();
  await report.finish({
    isJson,
    figures: [
      ...timeFigures('plug-in to profile on the wire', times.plugIn, 300),
      ...timeFigures('charge now to the answer shown', times.chargeNow.map(({ shownMs }) => shownMs), 100),
      { name: 'of which until the profile is on the wire, p50', value: percentile(times.chargeNow.map(({ wireMs }) => wireMs), 50), unit: 'ms', goal: null },
      ...timeFigures('stop to final cashback shown', times.stop, 1_000),
      { name: 'settlements', value: settling.perSecond, unit: '/s', goal: { atLeast: 350 }, note: `${settling.posted} posted; again: ${settling.again.posted}` },
      { name: 'cold start of the demo', value: demo.coldMs / 1_000, unit: 's', goal: { atMost: 60 } },
      { name: 'warm start of the demo', value: demo.warmMs / 1_000, unit: 's', goal: { atMost: 15 } },
      ...memoryFigures(demo.memory),
    ],
    facts: { times, settling, demo },
  });
}
