import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '#prisma/seed/demo.ts';
import { publishSynthetic } from '../market/publish.service.ts';
import { loadPrices } from '../market/price.store.ts';
import { createCaller } from '../trpc/root.ts';
import type { Caller } from '../trpc/root.ts';
import { createWorld, NOW } from '../trpc/world.test-support.ts';
import type { World } from '../trpc/world.test-support.ts';
import { createStreet } from './street.service.ts';

type Evse = { evseId: number; plugged: boolean };
const street: { isHomeFree: boolean; orders: { stationId: string; card: string }[] } = { isHomeFree: true, orders: [] };

/** A street that knows its two stations and takes every car. */
const sim = createServer((request, response) => {
  const evses = (isFree: boolean): Evse[] => [{ evseId: 1, plugged: !isFree }, { evseId: 2, plugged: true }];
  let body = '';
  request.on('data', (chunk) => { body += String(chunk); });
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    if (request.headers.authorization !== 'Bearer 0123456789abcdef') return response.writeHead(401).end('{}');
    if (request.url === '/plug-in') street.orders.push(JSON.parse(body) as { stationId: string; card: string });
    return response.end(JSON.stringify({
      at: NOW.toISOString(),
      stations: [
        { id: 'VLY-001', online: true, evses: evses(street.isHomeFree) },
        { id: 'VLY-003', online: true, evses: evses(true) },
        { id: 'VLY-004', online: false, evses: evses(true) },
      ],
    }));
  });
});

let world: World;
let caller: Caller;

beforeAll(async () => {
  world = await createWorld();
  await new Promise<void>((resolve) => { sim.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${(sim.address() as AddressInfo).port}`;
  await world.db.asSystem((tx) => seedDemo(tx, { now: NOW, keyOf: () => 'k'.repeat(40) }));
  await publishSynthetic(world.deps, { zone: 'NL', seed: 1 });
  const place = { biddingZone: 'NL', timeZone: 'Europe/Amsterdam', driverCard: 'DEMO-DANA' };
  const demo = { street: createStreet(place), sim: { url, token: '0123456789abcdef' } };
  caller = createCaller({ deps: { ...world.deps, demo }, principal: null });
});
afterAll(async () => {
  sim.close();
  await world[Symbol.asyncDispose]();
});

describe('the demo’s happenings', () => {
  it('exist in the demo only', async () => {
    await expect(world.anonymous.demo.congest()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(world.anonymous.demo.street()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('plug the driver’s car in first, then another at a free place of a station that is connected', async () => {
    expect(await caller.demo.plugIn()).toEqual({ stationId: 'VLY-001', isDriver: true });
    street.isHomeFree = false;
    expect(await caller.demo.plugIn()).toEqual({ stationId: 'VLY-003', isDriver: false });
    expect(street.orders.map(({ stationId, card }) => [stationId, card === 'DEMO-DANA'])).toEqual([['VLY-001', true], ['VLY-003', false]]);
  });

  it('make the next two hours dear by a revision that keeps the prices before it', async () => {
    const span = { from: new Date('2026-11-23T17:15:00Z'), to: new Date('2026-11-23T19:15:00Z') };
    const before = await loadPrices(world.db, 'NL', span);
    await caller.demo.spike();
    const after = await loadPrices(world.db, 'NL', span);
    expect(after.map(({ priceTicks }) => priceTicks)).toEqual(before.map(({ priceTicks }) => Math.max(30_000, priceTicks * 4)));
    await caller.demo.spike();
    expect(await loadPrices(world.db, 'NL', span)).toEqual(after);
    const versions = await world.db.open.dayAheadPrice.count({ where: { startAt: { gte: span.from, lt: span.to }, version: 1 } });
    expect(versions).toBe(before.length);
  });

  it('limit the congested site once, however often it is asked', async () => {
    const first = await caller.demo.congest();
    expect(await caller.demo.congest()).toEqual(first);
    const limits = await world.db.asSystem((tx) => tx.powerLimit.findMany({ where: { reason: 'CONGESTION' } }));
    expect(limits).toHaveLength(1);
  });
});

describe('the demo’s street', () => {
  it('counts cars and shows what was metered in the quarter it was metered in', async () => {
    const [station] = await world.db.asSystem((tx) => tx.chargingStation.findMany({ where: { id: 'VLY-002' } }));
    const tenantId = station?.tenantId ?? 0;
    const sessionId = await world.addStay({ tenantId, stationId: 'VLY-002', driverId: null });
    await world.db.asSystem(async (tx) => {
      const session = await tx.session.findFirstOrThrow({ where: { id: sessionId } });
      const transaction = await tx.transaction.create({ data: {
        tenantId, sessionId, stationId: 'VLY-002', evseId: session.evseId, ocppId: 'street', idToken: session.idToken,
        startedAt: session.plugInAt, startedReceivedAt: session.plugInAt, meterStartMilliWh: 0n,
      } });
      const readings = [[20, 0n], [10, 1_000_000n], [0, 3_000_000n]] as const;
      await tx.meterReading.createMany({ data: readings.map(([minutesAgo, registerMilliWh]) => ({
        tenantId, stationId: 'VLY-002', evseId: session.evseId, transactionId: transaction.id, context: 'Sample.Periodic', digest: BigInt(minutesAgo),
        measuredAt: new Date(NOW.getTime() - minutesAgo * 60_000), receivedAt: NOW, registerMilliWh, powerW: 11_000, samples: [],
      })) });
    });
    const view = await caller.demo.street();
    expect(view).toMatchObject({ plugged: 1, charging: 1, powerW: 11_000, tour: { isPlugged: false, hasWish: false, isPaid: false } });
    // 1 kWh at 16:50 and 2 kWh at 17:00 both belong to the quarter from 16:45.
    expect(view.quarters.find(({ startAt }) => startAt * 1000 === Date.parse('2026-11-23T16:45:00Z'))?.afterW).toBe(12_000);
    expect(view.quarters.some(({ isPlanned }) => isPlanned)).toBe(true);
  });
});
