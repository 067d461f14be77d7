import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './percentile.ts';
import { BOOT, RawStation, sampledValues } from './raw-station.ts';

const CONNECTING_AT_ONCE = 20;
const TICK_MS = 1;
const DRAIN_MS = 10_000;
const QUIET_MS = 2_000;
const POWER_W = 11_000;

export type GeneratorJob =
  | { type: 'target'; url: string; key: string; stations: readonly { id: string; card: string }[] }
  /** Connects and boots stations [from, to) and waits until the server asks nothing any more. */
  | { type: 'connect'; from: number; to: number }
  | { type: 'start' }
  | { type: 'run'; perSecond: number; seconds: number }
  | { type: 'close' };

export type RunResult = {
  sent: number;
  answered: number;
  failed: number;
  /** Answers per second over the time until the last one came. */
  perSecond: number;
  /** From the instant a message was meant to leave to its answer, ms. */
  p50: number;
  p99: number;
  p999: number;
  /** How late the generator itself was, ms; a run of a generator that stalls says nothing. */
  ownDelayP99: number;
  /** CPU the generator used, µs. */
  cpuMicros: number;
};

type Seat = { station: RawStation; card: string; transactionId: number; startedMs: number; isBusy: boolean; queue: number[] };

/** runGenerator plays many stations in a process of its own, told what to do over the channel. */
export async function runGenerator(): Promise<void> {
  let seats: Seat[] = [];
  let heardMs = 0;
  const work = async (job: GeneratorJob): Promise<unknown> => {
    switch (job.type) {
      case 'target':
        seats = job.stations.map(({ id, card }) => ({
          station: new RawStation({ url: job.url, id, key: job.key, onRequest: () => { heardMs = performance.now(); } }),
          card, transactionId: 0, startedMs: 0, isBusy: false, queue: [],
        }));
        return null;
      case 'connect':
        await inLanes(seats.slice(job.from, job.to), boot);
        heardMs = performance.now();
        while (performance.now() - heardMs < QUIET_MS) await sleep(100);
        return null;
      case 'start': return await inLanes(seats, start);
      case 'run': return await run(seats, job);
      case 'close':
        for (const { station } of seats) station.close();
        return null;
    }
  };
  process.on('message', (message) => {
    work(message as GeneratorJob).then(
      (result) => process.send?.({ result: result ?? null }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  await new Promise<void>((resolve) => { process.once('disconnect', resolve); });
  process.exit(0);
}

async function inLanes(seats: readonly Seat[], work: (seat: Seat) => Promise<void>): Promise<void> {
  const waiting = seats.values();
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, async () => {
    for (const seat of waiting) await work(seat);
  }));
}

async function boot({ station }: Seat): Promise<void> {
  await station.connect();
  await station.call('BootNotification', BOOT);
  await station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
}

async function start(seat: Seat): Promise<void> {
  const { station, card } = seat;
  await station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
  seat.startedMs = Date.now();
  const answer = await station.call('StartTransaction', {
    connectorId: 1, idTag: card, meterStart: 0, timestamp: new Date(seat.startedMs).toISOString(),
  });
  seat.transactionId = (answer as { transactionId: number }).transactionId;
}

/** Sends at a steady rate, whatever the answers do; a station has one message under way at most. */
async function run(seats: readonly Seat[], job: { perSecond: number; seconds: number }): Promise<RunResult> {
  const latencies: number[] = [];
  const delays: number[] = [];
  const total = Math.round(job.perSecond * job.seconds);
  const state = { sent: 0, answered: 0, failed: 0, lastMs: 0 };
  const send = (seat: Seat, intendedMs: number) => {
    seat.isBusy = true;
    state.sent += 1;
    seat.station.call('MeterValues', reading(seat)).then(
      () => {
        state.answered += 1;
        state.lastMs = performance.now();
        latencies.push(state.lastMs - intendedMs);
      },
      () => { state.failed += 1; },
    ).finally(() => {
      seat.isBusy = false;
      const next = seat.queue.shift();
      if (next !== undefined) send(seat, next);
    });
  };
  const before = process.cpuUsage();
  const firstMs = performance.now() + 20;
  for (let index = 0; index < total;) {
    const intendedMs = firstMs + (index * 1_000) / job.perSecond;
    const nowMs = performance.now();
    if (intendedMs > nowMs) {
      await sleep(TICK_MS);
      continue;
    }
    delays.push(nowMs - intendedMs);
    const seat = seats[index % seats.length];
    index += 1;
    if (seat === undefined) continue;
    if (seat.isBusy) seat.queue.push(intendedMs);
    else send(seat, intendedMs);
  }
  const untilMs = performance.now() + DRAIN_MS;
  while (state.answered + state.failed < total && performance.now() < untilMs) await sleep(5);
  for (const seat of seats) seat.queue.length = 0;
  const used = process.cpuUsage(before);
  return {
    sent: state.sent, answered: state.answered, failed: state.failed,
    perSecond: (state.answered * 1_000) / Math.max(1, state.lastMs - firstMs),
    p50: percentile(latencies, 50), p99: percentile(latencies, 99), p999: percentile(latencies, 99.9),
    ownDelayP99: percentile(delays, 99), cpuMicros: used.user + used.system,
  };
}

function reading({ transactionId, startedMs }: Seat): object {
  const nowMs = Date.now();
  const registerWh = Math.floor(((nowMs - startedMs) * POWER_W) / 3_600_000);
  return {
    connectorId: 1, transactionId,
    meterValue: [{ timestamp: new Date(nowMs).toISOString(), sampledValue: sampledValues(registerWh, POWER_W) }],
  };
}
