import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createWorld,
  eventually,
  type TestClient,
  type TestStation,
  type World,
} from '../gateway.fixture.ts';

const boot = { chargePointVendor: 'Acme', chargePointModel: 'One', firmwareVersion: '1.0' };
const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 18, minute)).toISOString();

function meterValues(transactionId: number, minute: number, wh: number) {
  return {
    connectorId: 1,
    transactionId,
    meterValue: [
      {
        timestamp: at(minute),
        sampledValue: [
          { value: String(wh), measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
          { value: '11.04', measurand: 'Power.Active.Import', unit: 'kW' },
        ],
      },
    ],
  };
}

describe('a 1.6 station charges', () => {
  let world: World;
  let station: TestStation;
  let client: TestClient;
  beforeAll(async () => {
    world = await createWorld();
    station = await world.addStation();
    client = await world.connect(station);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('from boot to stop, and the session holds what was measured', async () => {
    const booted = await client.ok('BootNotification', boot);
    expect(booted['status']).toBe('Accepted');
    expect(booted['interval']).toBeGreaterThanOrEqual(240);
    await client.ok('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status: 'Available',
      timestamp: at(0),
    });
    await client.ok('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status: 'Preparing',
      timestamp: at(1),
    });
    expect(await client.ok('Authorize', { idTag: 'CARD' })).toEqual({
      idTagInfo: { status: 'Accepted' },
    });
    expect(await client.ok('Authorize', { idTag: 'NOBODY' })).toEqual({
      idTagInfo: { status: 'Invalid' },
    });
    const start = { connectorId: 1, idTag: 'card', meterStart: 1000, timestamp: at(3) };
    const started = await client.ok('StartTransaction', start);
    const transactionId = started['transactionId'] as number;
    expect(transactionId).toBeGreaterThan(0);
    expect(await client.ok('StartTransaction', start)).toEqual(started);
    await client.ok('MeterValues', meterValues(transactionId, 4, 1184));
    await client.ok('MeterValues', meterValues(transactionId, 4, 1184));
    await client.ok('MeterValues', meterValues(transactionId, 5, 1368));
    await client.ok('StopTransaction', {
      transactionId,
      meterStop: 1400,
      timestamp: at(6),
      idTag: 'CARD',
      reason: 'EVDisconnected',
    });
    const stored = await world.db.withTenant(world.tenantId, async (tx) => ({
      session: await tx.session.findFirstOrThrow({ where: { stationId: station.id } }),
      transaction: await tx.transaction.findUniqueOrThrow({ where: { id: transactionId } }),
      readings: await tx.meterReading.findMany({
        where: { transactionId },
        orderBy: { measuredAt: 'asc' },
      }),
    }));
    expect(stored.session).toMatchObject({
      state: 'CLOSED',
      idToken: 'CARD',
      evseId: 1,
      salePriceMicro: 400_000n,
    });
    expect(stored.session.driverId).not.toBeNull();
    expect(stored.session.plugInAt.toISOString()).toBe(at(1));
    expect(stored.session.plugOutAt?.toISOString()).toBe(at(6));
    expect(stored.session.factsVersion).toBeGreaterThanOrEqual(4n);
    expect(stored.transaction).toMatchObject({
      state: 'ENDED',
      meterStartMilliWh: 1_000_000n,
      meterStopMilliWh: 1_400_000n,
      stopReason: 'EVDisconnected',
    });
    expect(stored.readings.map((row) => [row.registerMilliWh, row.powerW])).toEqual([
      [1_184_000n, 11_040],
      [1_368_000n, 11_040],
    ]);
  });

  it('is asked for its configuration after the boot, and what it answers is remembered', async () => {
    await client.close();
    client = await world.connect(station);
    client.serve((action, payload) => {
      if (action === 'GetConfiguration') {
        return {
          configurationKey: [
            { key: 'ChargingScheduleAllowedChargingRateUnit', readonly: true, value: 'Current' },
            { key: 'ChargingScheduleMaxPeriods', readonly: true, value: '24' },
            { key: 'SupportedFeatureProfiles', readonly: true, value: 'Core,SmartCharging' },
          ],
          unknownKey: ['NumberOfConnectors'],
        };
      }
      if (action === 'ChangeConfiguration' && String(payload['value']).includes('SoC'))
        return { status: 'Rejected' };
      return { status: 'Accepted' };
    });
    await client.ok('BootNotification', boot);
    const capabilities = await eventually(async () => {
      const row = await world.db.withTenant(world.tenantId, (tx) =>
        tx.chargingStation.findUniqueOrThrow({ where: { id: station.id } }),
      );
      const found = row.capabilities as Record<string, unknown>;
      return found['sampleIntervalS'] === undefined || client.asked.length < 7 ? null : found;
    });
    expect(capabilities).toMatchObject({
      smartCharging: true,
      rateUnits: ['A'],
      maxPeriods: 24,
      clockAlignedIntervalS: 900,
      sampleIntervalS: 60,
    });
    expect(client.asked.map(([action]) => action).slice(0, 2)).toEqual([
      'GetConfiguration',
      'ChangeConfiguration',
    ]);
    const sampled = client.asked.filter(
      ([, payload]) => payload['key'] === 'MeterValuesSampledData',
    );
    expect(sampled.map(([, payload]) => payload['value'])).toEqual([
      'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered,SoC',
      'Energy.Active.Import.Register,Power.Active.Import,Current.Offered',
    ]);
  });
});
