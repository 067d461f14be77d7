import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '#server/trpc/root.ts';
import { openLiveStream, type LiveStream } from './live-stream.ts';
import { BOOT, RawStation, sampledValues } from './raw-station.ts';
import type { Scratch } from './processes.ts';

const POWER_W = 11_000;
const QUARTER_MS = 900_000;
const LONG_STAY_MS = 8 * 3_600_000;
/** So long nothing more comes of an earlier event: what is measured next is its own. */
const CALM_MS = 1_200;
const CALM_LIMIT_MS = 15_000;
const PROFILE_LIMIT_MS = 15_000;

/** Real milliseconds of one stay. */
export type StayTimes = { plugInMs: number; chargeNow: ChargeNowTimes; stopMs: number };

/** Since the tap: the mutation answered, the new profile at the station, its answer on the page. */
type ChargeNowTimes = { storedMs: number; wireMs: number; shownMs: number };

type Rig = { station: RawStation; stream: LiveStream; card: string; profiles: number[]; heardMs: number; transactionId: number };

type Seat = { scratch: Scratch; id: string; card: string; cookie: string };

async function openRig({ scratch, id, card, cookie }: Seat): Promise<Rig> {
  const rig: Rig = {
    card, profiles: [], heardMs: 0, transactionId: 0, stream: openLiveStream(scratch.portalUrl, cookie),
    station: new RawStation({
      url: scratch.ocppUrl, id, key: scratch.stationKey,
      onRequest: (action) => {
        rig.heardMs = performance.now();
        if (action === 'SetChargingProfile') rig.profiles.push(rig.heardMs);
      },
    }),
  };
  await rig.station.connect();
  await rig.station.call('BootNotification', BOOT);
  await rig.station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
  await calm(rig);
  return rig;
}

async function calm(rig: Rig): Promise<void> {
  const untilMs = performance.now() + CALM_LIMIT_MS;
  rig.heardMs = performance.now();
  while (performance.now() - rig.heardMs < CALM_MS && performance.now() < untilMs) await sleep(20);
}

function close(rig: Rig): void {
  rig.stream.close();
  rig.station.close();
}

/** @returns the instant the message was sent. */
async function start(rig: Rig, startedAt: Date): Promise<number> {
  await rig.station.call('Authorize', { idTag: rig.card });
  const sentMs = performance.now();
  const answer = await rig.station.call('StartTransaction', { connectorId: 1, idTag: rig.card, meterStart: 1_000, timestamp: startedAt.toISOString() });
  rig.transactionId = (answer as { transactionId: number }).transactionId;
  return sentMs;
}

async function nextProfile(rig: Rig, after: number): Promise<number> {
  const untilMs = performance.now() + PROFILE_LIMIT_MS;
  while (performance.now() < untilMs) {
    const atMs = rig.profiles.find((instant) => instant >= after);
    if (atMs !== undefined) return atMs;
    await sleep(2);
  }
  throw new Error(`${rig.station.id}: no charging profile came within ${PROFILE_LIMIT_MS / 1000} s`);
}

async function meter(rig: Rig, args: { at: Date; registerWh: number; powerW: number }): Promise<void> {
  await rig.station.call('MeterValues', {
    connectorId: 1, transactionId: rig.transactionId,
    meterValue: [{ timestamp: args.at.toISOString(), sampledValue: sampledValues(args.registerWh, args.powerW) }],
  });
}

async function stop(rig: Rig, registerWh: number): Promise<number> {
  const sentMs = performance.now();
  await rig.station.call('StopTransaction', {
    transactionId: rig.transactionId, idTag: rig.card, meterStop: registerWh, timestamp: new Date().toISOString(), reason: 'EVDisconnected',
  });
  return sentMs;
}

/** A stay from now on: how soon it is steered, and how soon "charge now" comes through. */
export async function playShortStay(seat: Seat): Promise<Pick<StayTimes, 'plugInMs' | 'chargeNow'>> {
  const rig = await openRig(seat);
  try {
    const startedAt = new Date();
    const startedMs = await start(rig, startedAt);
    const plugInMs = await nextProfile(rig, startedMs) - startedMs;
    const { view } = await rig.stream.until((seen) => seen.state === 'OPEN' && seen.stationId === seat.id, 'the stay on the page');
    // The car draws: the probe is over, and the dear hours ahead are planned off.
    await meter(rig, { at: new Date(), registerWh: 1_003, powerW: POWER_W });
    await calm(rig);
    const times = await chargeNow(rig, seat, view.sessionId);
    await calm(rig);
    await stop(rig, 1_006);
    return { plugInMs, chargeNow: times };
  } finally {
    close(rig);
  }
}

/** From the tap (the mutation leaves) until the page's stream shows that the station accepted. */
async function chargeNow(rig: Rig, { scratch, cookie }: Seat, sessionId: string): Promise<ChargeNowTimes> {
  const client = createTRPCClient<AppRouter>({ links: [httpLink({
    url: `${scratch.portalUrl}/api/trpc`, transformer: superjson, headers: { cookie, origin: scratch.portalUrl },
  })] });
  const accepted = rig.stream.until((seen) => ['ACCEPTED', 'MEASURED'].includes(seen.chargeNow.stage), '"charge now" accepted by the station');
  const tappedMs = performance.now();
  await client.charging.chargeNow.mutate({ sessionId, requestId: randomUUID(), on: true });
  const storedMs = performance.now() - tappedMs;
  const shownMs = (await accepted).atMs - tappedMs;
  return { storedMs, wireMs: await nextProfile(rig, tappedMs) - tappedMs, shownMs };
}

/**
 * A stay of eight hours whose station was offline and now reports it quarter by quarter: how soon
 * after its stop the final cashback is on the page. Its EVSE must have been free for as long.
 */
export async function playLongStay(seat: Seat): Promise<Pick<StayTimes, 'stopMs'>> {
  const rig = await openRig(seat);
  try {
    const startedAtMs = Date.now() - LONG_STAY_MS;
    await start(rig, new Date(startedAtMs));
    let registerWh = 1_000;
    for (let atMs = startedAtMs + QUARTER_MS; atMs < Date.now(); atMs += QUARTER_MS) {
      const isCharging = atMs - startedAtMs < LONG_STAY_MS / 4;
      if (isCharging) registerWh += POWER_W / 4;
      await meter(rig, { at: new Date(atMs), registerWh, powerW: isCharging ? POWER_W : 0 });
    }
    const { view: { sessionId } } = await rig.stream.until((seen) => seen.state === 'OPEN' && seen.stationId === seat.id, 'the stay on the page');
    await calm(rig);
    const final = rig.stream.until((seen) => seen.sessionId === sessionId && seen.money.kind === 'FINAL', 'the final cashback');
    const stoppedMs = await stop(rig, registerWh);
    return { stopMs: (await final).atMs - stoppedMs };
  } finally {
    close(rig);
  }
}
