import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openNotices,
  resolveEvent,
  resolveParked,
  type NoticeCursor,
  type NoticeRow,
} from '../fleet/notice.store.ts';
import {
  createWorld,
  eventually,
  type TestClient,
  type TestStation,
  type World,
} from './gateway.fixture.ts';

let world: World;
let station: TestStation;
let client: TestClient;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 18, minute)).toISOString();
async function fresh() {
  station = await world.addStation();
  client = await world.connect(station);
}
const fault = (minute: number, errorCode: string, connectorId = 1) =>
  client.ok('StatusNotification', {
    connectorId,
    errorCode,
    status: errorCode === 'NoError' ? 'Available' : 'Faulted',
    timestamp: at(minute),
  });
const notices = async () =>
  (
    await world.db.withTenant(world.tenantId, (tx) => openNotices(tx, { after: null, limit: 100 }))
  ).filter((row) => row.station_id === station.id);
const stop = (transactionId: number) =>
  client.ok('StopTransaction', { transactionId, meterStop: 1, timestamp: at(5) });

describe('what needs a person', () => {
  it('is one notice for the same fault told again, newest first, until it is settled', async () => {
    await fresh();
    await fault(0, 'GroundFailure');
    await fault(1, 'GroundFailure');
    await fault(2, 'OverVoltage');
    await stop(424_242);
    const open = await notices();
    expect(open.map((row) => [row.source, row.kind, row.subject, row.times])).toEqual([
      ['PARKED', 'UNKNOWN_TRANSACTION', 'StopTransaction', 1],
      ['EVENT', 'STATUS', 'Faulted OverVoltage', 1],
      ['EVENT', 'STATUS', 'Faulted GroundFailure', 2],
    ]);
    expect(open[0]?.detail).toBe('424242');
    await world.db.withTenant(world.tenantId, async (tx) => {
      expect(await resolveEvent(tx, BigInt(open[2]?.id ?? 0), new Date())).toBe(2);
      expect(await resolveParked(tx, BigInt(open[0]?.id ?? 0), new Date())).toBe(1);
      expect(await resolveParked(tx, BigInt(open[0]?.id ?? 0), new Date())).toBe(0);
    });
    expect((await notices()).map((row) => row.subject)).toEqual(['Faulted OverVoltage']);
  });

  it('settles itself when the connector reports no fault any more, that connector only', async () => {
    await fresh();
    await fault(0, 'GroundFailure', 1);
    await fault(0, 'GroundFailure', 2);
    await fault(1, 'NoError', 1);
    expect((await notices()).map((row) => row.evse_id)).toEqual([2]);
  });

  it('settles itself for the station as a whole, which 1.6 numbers 0, and for a connector that 2.0.1 numbers 0', async () => {
    await fresh();
    const whole = (minute: number, errorCode: string) =>
      client.ok('StatusNotification', {
        connectorId: 0,
        errorCode,
        status: errorCode === 'NoError' ? 'Available' : 'Faulted',
        timestamp: at(minute),
      });
    await whole(0, 'GroundFailure');
    expect(await notices()).toHaveLength(1);
    await whole(1, 'NoError');
    expect(await notices()).toEqual([]);
    station = await world.addStation();
    client = await world.connect(station, { version: 'ocpp2.0.1' });
    for (const [minute, connectorStatus] of [[0, 'Faulted'], [1, 'Available']] as const) {
      const report = { evseId: 1, connectorId: 0, connectorStatus, timestamp: at(minute) };
      await client.ok('StatusNotification', report);
      expect(await notices()).toHaveLength(1 - minute);
    }
  });

  it('comes in pages that miss and repeat nothing', async () => {
    await fresh();
    for (let n = 0; n < 5; n += 1) await stop(900_000 + n);
    const all = await notices();
    const seen: string[] = [];
    const pageAfter = (after: NoticeCursor | null): Promise<NoticeRow[]> =>
      world.db.withTenant(world.tenantId, (tx) => openNotices(tx, { after, limit: 2 }));
    let after: NoticeCursor | null = null;
    for (;;) {
      const page: NoticeRow[] = await pageAfter(after);
      seen.push(...page.filter((row) => row.station_id === station.id).map((row) => row.id));
      const last = page.at(-1);
      if (last === undefined) break;
      after = { receivedAt: last.received_at, source: last.source, id: last.id };
    }
    expect(seen).toEqual(all.map((row) => row.id));
    expect(seen).toHaveLength(5);
  });

  it('is no daily routine: a start-up is kept, tampering is shown', async () => {
    await fresh();
    for (const type of ['StartupOfTheDevice', 'TamperDetectionActivated']) {
      await client.ok('SecurityEventNotification', { type, timestamp: at(3) });
    }
    expect((await notices()).map((row) => [row.kind, row.severity])).toEqual([
      ['TamperDetectionActivated', 'SECURITY'],
    ]);
    const kept = await world.db.withTenant(world.tenantId, (tx) =>
      tx.stationEvent.count({ where: { stationId: station.id } }),
    );
    expect(kept).toBe(2);
  });
});

describe('a gateway that starts again', () => {
  it('forgets answers older than a week, keeps newer ones, and tells who looks at a stay', async () => {
    await fresh();
    await client.ok('StartTransaction', {
      connectorId: 1,
      idTag: 'CARD',
      meterStart: 0,
      timestamp: at(0),
    });
    const inbox = () =>
      world.db.open.ocppInbox.findMany({ where: { stationId: station.id, messageId: 'old' } });
    await world.db.open.ocppInbox.create({
      data: {
        stationId: station.id,
        messageId: 'old',
        digest: new Uint8Array(32),
        action: 'StartTransaction',
        answer: {},
        receivedAt: new Date(Date.now() - 8 * 86_400_000),
      },
    });
    const told: string[] = [];
    const end = world.bus.subscribe('view', (ids) => told.push(...(ids ?? [])));
    await world.restart();
    await eventually(async () => (await inbox()).length === 0);
    const session = await world.db.withTenant(world.tenantId, (tx) =>
      tx.session.findFirstOrThrow({ where: { stationId: station.id } }),
    );
    await eventually(async () => told.includes(session.id));
    end();
    expect(
      await world.db.open.ocppInbox.count({ where: { stationId: station.id } }),
    ).toBeGreaterThan(0);
  });
});
