import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../settlement/world.fixture.ts';
import { startTransaction } from './charging.service.ts';

let world: World;
beforeAll(async () => { world = await createWorld(); });
afterAll(async () => { await world[Symbol.asyncDispose](); });

const at = (time: string) => new Date(`2026-03-02T${time}Z`);

async function start(args: { stationId: string; idToken: string; device: string; arrived: string }) {
  const station = { id: args.stationId, tenantId: world.tenantId, locationId: world.locationId };
  return await world.db.asSystem((tx) => startTransaction(tx, {
    station, evseId: 1, connectorId: 1, idToken: args.idToken, startedAt: at(args.device), isClockSet: true, receivedAt: at(args.arrived),
    meterStartMilliWh: 1_000n, ocppId: null,
  }));
}

async function transactionsOf(stationId: string) {
  return await world.rows<{ id_token: string; state: string; stop: string }>(`SELECT id_token, state, meter_stop_milli_wh::text AS stop
    FROM transaction WHERE station_id = $1 ORDER BY started_received_at`, [stationId]);
}

describe('a start on an EVSE with a running transaction', () => {
  test('is the running one although the clock was set back since the earlier started, which keeps all its samples', async () => {
    // The clock was 20 min ahead until after the first start and its sample.
    const first = await start({ stationId: 'ST-1', idToken: 'A', device: '12:20:00', arrived: '12:00:00' });
    await world.rows(`INSERT INTO meter_reading (tenant_id, station_id, evse_id, transaction_id, measured_at, received_at, context, digest,
      register_milli_wh, samples) VALUES ($1, 'ST-1', 1, $2, $3, $4, 'Sample.Periodic', 1, 9000, '[]')`,
    [world.tenantId, first.transactionId, at('12:25:00'), at('12:05:00')]);
    await start({ stationId: 'ST-1', idToken: 'B', device: '12:10:00', arrived: '12:10:01' });
    expect(await transactionsOf('ST-1')).toEqual([
      { id_token: 'A', state: 'UNFINISHED', stop: '9000' },
      { id_token: 'B', state: 'ACTIVE', stop: null },
    ]);
  });

  test('that waited in a queue does not end what is running now', async () => {
    await start({ stationId: 'ST-2', idToken: 'NOW', device: '12:00:00', arrived: '12:00:01' });
    await start({ stationId: 'ST-2', idToken: 'QUEUED', device: '10:00:00', arrived: '12:05:00' });
    expect(await transactionsOf('ST-2')).toMatchObject([{ id_token: 'NOW', state: 'ACTIVE' }, { id_token: 'QUEUED', state: 'UNFINISHED' }]);
  });
});
