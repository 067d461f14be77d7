import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createWorld,
  eventually,
  type TestClient,
  type TestStation,
  type World,
} from '../gateway.fixture.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 18, minute)).toISOString();
let world: World;
let station: TestStation;
let client: TestClient;
let seqNo = 0;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function fresh() {
  station = await world.addStation();
  client = await world.connect(station, { version: 'ocpp2.0.1' });
}
const card = (idToken: string) => ({ idToken: { idToken, type: 'ISO14443' } });
const meter = (minute: number, kwh: number, context = 'Sample.Periodic') => ({
  meterValue: [
    {
      timestamp: at(minute),
      sampledValue: [
        { value: kwh, context, unitOfMeasure: { unit: 'kWh' } },
        {
          value: 11.04,
          measurand: 'Power.Active.Import',
          unitOfMeasure: { unit: 'W', multiplier: 3 },
        },
        { value: 54.5, measurand: 'SoC', unitOfMeasure: { unit: 'Percent' } },
      ],
    },
  ],
});
function event(
  eventType: 'Started' | 'Updated' | 'Ended',
  minute: number,
  more: object = {},
  transactionId = 'T-1',
) {
  const { transactionInfo = {}, ...rest } = more as { transactionInfo?: object };
  return client.ok('TransactionEvent', {
    eventType,
    timestamp: at(minute),
    triggerReason: 'MeterValuePeriodic',
    seqNo: (seqNo += 1),
    transactionInfo: { transactionId, ...transactionInfo },
    ...rest,
  });
}
const stored = () =>
  world.db.withTenant(world.tenantId, async (tx) => ({
    transactions: await tx.transaction.findMany({
      where: { stationId: station.id },
      orderBy: { id: 'asc' },
      include: { session: true },
    }),
    readings: await tx.meterReading.findMany({
      where: { stationId: station.id },
      orderBy: { measuredAt: 'asc' },
    }),
    parked: await tx.parkedMessage.findMany({ where: { stationId: station.id } }),
  }));

describe('a 2.0.1 station charges', () => {
  it('from boot to end, through transaction events', async () => {
    await fresh();
    expect(
      await client.ok('BootNotification', {
        reason: 'PowerUp',
        chargingStation: { model: 'Two', vendorName: 'Acme' },
      }),
    ).toMatchObject({ status: 'Accepted' });
    await client.ok('StatusNotification', {
      evseId: 1,
      connectorId: 1,
      connectorStatus: 'Occupied',
      timestamp: at(0),
    });
    expect(await client.ok('Authorize', card('CARD'))).toEqual({
      idTokenInfo: { status: 'Accepted' },
    });
    expect(
      await event('Started', 1, {
        evse: { id: 1, connectorId: 1 },
        ...card('CARD'),
        ...meter(1, 100, 'Transaction.Begin'),
      }),
    ).toEqual({ idTokenInfo: { status: 'Accepted' } });
    await event('Updated', 2, {
      ...meter(2, 100.184),
      transactionInfo: { chargingState: 'Charging' },
    });
    await client.ok('MeterValues', { evseId: 1, ...meter(3, 100.368, 'Sample.Clock') });
    const open = await stored();
    expect(open.transactions[0]).toMatchObject({
      state: 'ACTIVE',
      chargingState: 'Charging',
      connectorId: 1,
    });
    await event('Ended', 4, {
      ...meter(4, 100.4, 'Transaction.End'),
      transactionInfo: { stoppedReason: 'EVDisconnected' },
    });
    const { transactions, readings } = await stored();
    expect(transactions).toHaveLength(1);
    expect(transactions[0]).toMatchObject({
      ocppId: 'T-1',
      state: 'ENDED',
      meterStartMilliWh: 100_000_000n,
      meterStopMilliWh: 100_400_000n,
      stopReason: 'EVDisconnected',
    });
    expect(transactions[0]?.session).toMatchObject({
      state: 'CLOSED',
      idToken: 'CARD',
      plugInAt: new Date(at(0)),
      plugOutAt: new Date(at(4)),
    });
    expect(
      readings.map((row) => [row.transactionId, row.registerMilliWh, row.powerW, row.socPermille]),
    ).toEqual(
      [100_000_000n, 100_184_000n, 100_368_000n, 100_400_000n].map((wh) => [
        transactions[0]?.id,
        wh,
        11_040,
        545,
      ]),
    );
  });

  it('events that come before their start wait for it', async () => {
    await fresh();
    await event('Updated', 5, { evse: { id: 1 }, ...meter(5, 2) });
    await event('Ended', 6, { evse: { id: 1 }, ...meter(6, 3) });
    expect((await stored()).parked).toHaveLength(2);
    await event('Started', 1, { evse: { id: 1 }, ...card('CARD'), ...meter(1, 1) });
    const { transactions, readings, parked } = await stored();
    expect(transactions[0]).toMatchObject({ state: 'ENDED', meterStopMilliWh: 3_000_000n });
    expect(readings).toHaveLength(3);
    expect(parked.every((row) => row.resolvedAt !== null)).toBe(true);
  });

  it('two transactions with the same number of sequence are two, and a start under two ids never fails', async () => {
    await fresh();
    await event('Started', 1, { evse: { id: 1 }, ...card('CARD'), ...meter(1, 1) }, 'A');
    await event('Started', 1, { evse: { id: 1 }, ...card('CARD'), ...meter(1, 1) }, 'B');
    expect((await stored()).transactions.map((row) => [row.ocppId, row.state])).toEqual([
      ['A', 'UNFINISHED'],
      ['B', 'ACTIVE'],
    ]);
  });

  it('what was queued offline does not drive the present', async () => {
    await fresh();
    await event('Started', 1, {
      evse: { id: 1 },
      ...card('CARD'),
      transactionInfo: { chargingState: 'Charging' },
    });
    await event('Updated', 2, { offline: true, transactionInfo: { chargingState: 'SuspendedEV' } });
    expect((await stored()).transactions[0]?.chargingState).toBe('Charging');
  });

  it('the car itself may say when it leaves and what it needs', async () => {
    await fresh();
    const needs = {
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_three_phase',
        departureTime: new Date(Date.now() + 3_600_000).toISOString(),
        acChargingParameters: {
          energyAmount: 20_000,
          evMinCurrent: 6,
          evMaxCurrent: 16,
          evMaxVoltage: 400,
        },
      },
    };
    expect(await client.ok('NotifyEVChargingNeeds', needs)).toEqual({ status: 'Rejected' });
    await event('Started', 1, { evse: { id: 1 }, ...card('CARD') });
    expect(await client.ok('NotifyEVChargingNeeds', needs)).toEqual({ status: 'Accepted' });
    const rows = await world.db.withTenant(world.tenantId, (tx) =>
      tx.chargingPreference.findMany(),
    );
    expect(rows).toMatchObject([{ source: 'STATION', version: 1, energyMilliWh: 20_000_000n }]);
    const [first] = rows;
    const wish = (version: number, source: string) =>
      world.db.withTenant(world.tenantId, (tx) =>
        tx.chargingPreference.create({
          data: {
            tenantId: world.tenantId,
            sessionId: first?.sessionId ?? '',
            version,
            source,
            readyByAt: new Date(at(50)),
            priority: true,
            requestId: randomUUID(),
            madeAt: new Date(),
          },
        }),
      );
    const newest = () =>
      world.db.withTenant(world.tenantId, (tx) =>
        tx.chargingPreference.findFirst({
          where: { sessionId: first?.sessionId ?? '' },
          orderBy: { version: 'desc' },
        }),
      );
    for (const [version, source] of [[2, 'REPEATING'], [4, 'HISTORY']] as const) {
      await wish(version, source);
      await client.ok('NotifyEVChargingNeeds', needs);
      expect(await newest()).toMatchObject({
        source: 'STATION',
        version: version + 1,
        energyMilliWh: 20_000_000n,
        priority: true,
      });
    }
    await wish(6, 'DRIVER');
    await client.ok('NotifyEVChargingNeeds', needs);
    expect(await newest()).toMatchObject({ source: 'DRIVER', version: 6 });
  });
});

describe('a 2.0.1 station is configured', () => {
  it('by variables, and what it answers is remembered', async () => {
    await fresh();
    client.serve((action, payload) => {
      if (action === 'GetVariables') {
        const wanted = payload['getVariableData'] as {
          component: object;
          variable: { name: string };
        }[];
        return {
          getVariableResult: wanted.map((each) => ({
            ...each,
            attributeStatus: each.variable.name === 'RateUnit' ? 'Accepted' : 'UnknownVariable',
            ...(each.variable.name === 'RateUnit' ? { attributeValue: 'W,A' } : {}),
          })),
        };
      }
      const set = payload['setVariableData'] as {
        component: object;
        variable: object;
        attributeValue: string;
      }[];
      return {
        setVariableResult: set.map(({ component, variable, attributeValue }) => ({
          component,
          variable,
          attributeStatus: attributeValue.includes('SoC') ? 'Rejected' : 'Accepted',
        })),
      };
    });
    await client.ok('BootNotification', {
      reason: 'PowerUp',
      chargingStation: { model: 'Two', vendorName: 'Acme' },
    });
    const found = await eventually(async () => {
      if (client.asked.length < 9) return null;
      const row = await world.db.withTenant(world.tenantId, (tx) =>
        tx.chargingStation.findUniqueOrThrow({ where: { id: station.id } }),
      );
      return row.capabilities;
    });
    expect(found).toMatchObject({
      rateUnits: ['A', 'W'],
      clockAlignedIntervalS: 900,
      sampleIntervalS: 60,
    });
  });
});

const time = '2026-11-02T18:00:00Z';
describe('every other message is answered by its schema', () => {
  it.each([
    ['Heartbeat', {}],
    ['DataTransfer', { vendorId: 'x' }],
    [
      'NotifyReport',
      {
        requestId: 1,
        generatedAt: time,
        seqNo: 0,
        reportData: [
          {
            component: { name: 'SmartChargingCtrlr' },
            variable: { name: 'PeriodsPerSchedule' },
            variableAttribute: [{ value: '24' }],
          },
        ],
      },
    ],
    [
      'NotifyEvent',
      {
        generatedAt: time,
        seqNo: 0,
        eventData: [
          {
            eventId: 1,
            timestamp: time,
            trigger: 'Alerting',
            actualValue: '1',
            eventNotificationType: 'HardWiredNotification',
            component: { name: 'C' },
            variable: { name: 'V' },
          },
        ],
      },
    ],
    [
      'NotifyEVChargingSchedule',
      {
        timeBase: time,
        evseId: 1,
        chargingSchedule: {
          id: 1,
          chargingRateUnit: 'W',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 1 }],
        },
      },
    ],
    ['NotifyChargingLimit', { chargingLimit: { chargingLimitSource: 'EMS' } }],
    ['ClearedChargingLimit', { chargingLimitSource: 'EMS' }],
    [
      'ReportChargingProfiles',
      {
        requestId: 1,
        chargingLimitSource: 'CSO',
        evseId: 1,
        chargingProfile: [
          {
            id: 1,
            stackLevel: 0,
            chargingProfilePurpose: 'TxProfile',
            chargingProfileKind: 'Absolute',
            chargingSchedule: [
              {
                id: 1,
                chargingRateUnit: 'W',
                chargingSchedulePeriod: [{ startPeriod: 0, limit: 1 }],
              },
            ],
          },
        ],
      },
    ],
    ['NotifyMonitoringReport', { requestId: 1, seqNo: 0, generatedAt: time }],
    ['NotifyCustomerInformation', { data: 'x', seqNo: 0, generatedAt: time, requestId: 1 }],
    ['NotifyDisplayMessages', { requestId: 1 }],
    ['SecurityEventNotification', { type: 'InvalidMessages', timestamp: time }],
    ['FirmwareStatusNotification', { status: 'Idle' }],
    ['LogStatusNotification', { status: 'Idle' }],
    ['PublishFirmwareStatusNotification', { status: 'Idle' }],
    ['ReservationStatusUpdate', { reservationId: 1, reservationUpdateStatus: 'Expired' }],
    ['SignCertificate', { csr: 'x' }],
    ['Get15118EVCertificate', { iso15118SchemaVersion: 'x', action: 'Install', exiRequest: 'x' }],
    [
      'GetCertificateStatus',
      {
        ocspRequestData: {
          hashAlgorithm: 'SHA256',
          issuerNameHash: 'a',
          issuerKeyHash: 'b',
          serialNumber: 'c',
          responderURL: 'd',
        },
      },
    ],
  ])('%s', async (action, payload) => {
    if (client.ws.readyState !== client.ws.OPEN) await fresh();
    expect((await client.call(action, payload))[0]).toBe(3);
  });
});
