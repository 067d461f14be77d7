import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChargingProfile, CommandAction } from '#domain/charging/commands.ts';
import { publish } from '../bus/bus.ts';
import {
  createWorld,
  eventually,
  type TestClient,
  type TestStation,
  type World,
} from './gateway.fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const profile: ChargingProfile = {
  id: 12,
  stackLevel: 1,
  purpose: 'TxProfile',
  transactionOcppId: '77',
  rateUnit: 'A',
  startAt: '2026-11-02T18:00:00Z',
  validFrom: '2026-11-02T18:00:00Z',
  validTo: null,
  durationS: 86_400,
  numberPhases: 3,
  periods: [
    { startOffsetS: 0, limit: 0 },
    { startOffsetS: 900, limit: 16.1 },
  ],
};

async function request(
  station: TestStation,
  action: CommandAction,
  payload: object,
  sessionId: string | null = null,
) {
  return await world.db.withTenant(world.tenantId, async (tx) => {
    const row = await tx.command.create({
      data: {
        tenantId: world.tenantId,
        stationId: station.id,
        action,
        payload,
        requestedAt: new Date(),
        sessionId,
      },
      select: { id: true },
    });
    await publish(tx, 'command', [station.id]);
    return row.id;
  });
}

const answered = (id: string) =>
  eventually(() =>
    world.db.withTenant(world.tenantId, (tx) =>
      tx.command.findFirst({ where: { id, state: { not: 'REQUESTED' } } }),
    ),
  );

async function booted(version: 'ocpp1.6' | 'ocpp2.0.1'): Promise<[TestStation, TestClient]> {
  const station = await world.addStation();
  const client = await world.connect(station, { version });
  await client.ok('Heartbeat', {});
  return [station, client];
}

describe('a command row becomes a call of the connected version', () => {
  it.each([
    [
      'ocpp1.6',
      'SetChargingProfile',
      { evseId: 1, profile },
      'SetChargingProfile',
      {
        connectorId: 1,
        csChargingProfiles: {
          chargingProfileId: 12,
          transactionId: 77,
          stackLevel: 1,
          chargingProfilePurpose: 'TxProfile',
          chargingProfileKind: 'Absolute',
          validFrom: '2026-11-02T18:00:00Z',
          chargingSchedule: {
            duration: 86_400,
            startSchedule: '2026-11-02T18:00:00Z',
            chargingRateUnit: 'A',
            chargingSchedulePeriod: [
              { startPeriod: 0, limit: 0, numberPhases: 3 },
              { startPeriod: 900, limit: 16.1, numberPhases: 3 },
            ],
          },
        },
      },
    ],
    [
      'ocpp2.0.1',
      'SetChargingProfile',
      {
        evseId: 1,
        profile: { ...profile, purpose: 'ChargingStationMaxProfile', transactionOcppId: null },
      },
      'SetChargingProfile',
      {
        evseId: 1,
        chargingProfile: {
          id: 12,
          stackLevel: 1,
          chargingProfilePurpose: 'ChargingStationMaxProfile',
          chargingProfileKind: 'Absolute',
          validFrom: '2026-11-02T18:00:00Z',
          chargingSchedule: [
            {
              id: 12,
              duration: 86_400,
              startSchedule: '2026-11-02T18:00:00Z',
              chargingRateUnit: 'A',
              chargingSchedulePeriod: [
                { startPeriod: 0, limit: 0, numberPhases: 3 },
                { startPeriod: 900, limit: 16.1, numberPhases: 3 },
              ],
            },
          ],
        },
      },
    ],
    [
      'ocpp1.6',
      'ClearChargingProfile',
      { evseId: 1, profileId: null, purpose: 'ChargingStationMaxProfile', stackLevel: 0 },
      'ClearChargingProfile',
      { connectorId: 1, chargingProfilePurpose: 'ChargePointMaxProfile', stackLevel: 0 },
    ],
    [
      'ocpp2.0.1',
      'ClearChargingProfile',
      { evseId: 1, profileId: 4, purpose: null, stackLevel: null },
      'ClearChargingProfile',
      { chargingProfileId: 4 },
    ],
    [
      'ocpp1.6',
      'RequestStartTransaction',
      { evseId: 2, idToken: 'CARD', remoteStartId: 1 },
      'RemoteStartTransaction',
      { connectorId: 2, idTag: 'CARD' },
    ],
    [
      'ocpp2.0.1',
      'RequestStartTransaction',
      { evseId: 2, idToken: 'CARD', remoteStartId: 1 },
      'RequestStartTransaction',
      { evseId: 2, remoteStartId: 1, idToken: { idToken: 'CARD', type: 'Central' } },
    ],
    [
      'ocpp1.6',
      'RequestStopTransaction',
      { transactionOcppId: '5' },
      'RemoteStopTransaction',
      { transactionId: 5 },
    ],
    [
      'ocpp2.0.1',
      'RequestStopTransaction',
      { transactionOcppId: 'abc' },
      'RequestStopTransaction',
      { transactionId: 'abc' },
    ],
    ['ocpp1.6', 'Reset', { type: 'OnIdle' }, 'Reset', { type: 'Soft' }],
    ['ocpp2.0.1', 'Reset', { type: 'OnIdle' }, 'Reset', { type: 'OnIdle' }],
    [
      'ocpp1.6',
      'TriggerMessage',
      { requestedMessage: 'StatusNotification', evseId: 1 },
      'TriggerMessage',
      { requestedMessage: 'StatusNotification', connectorId: 1 },
    ],
    [
      'ocpp2.0.1',
      'TriggerMessage',
      { requestedMessage: 'StatusNotification', evseId: 1 },
      'TriggerMessage',
      { requestedMessage: 'StatusNotification', evse: { id: 1 } },
    ],
    [
      'ocpp2.0.1',
      'GetBaseReport',
      { requestId: 3, reportBase: 'FullInventory' },
      'GetBaseReport',
      { requestId: 3, reportBase: 'FullInventory' },
    ],
    [
      'ocpp2.0.1',
      'GetVariables',
      { variables: [{ component: 'A', variable: 'B' }] },
      'GetVariables',
      { getVariableData: [{ component: { name: 'A' }, variable: { name: 'B' } }] },
    ],
    [
      'ocpp2.0.1',
      'SetVariables',
      { variables: [{ component: 'A', variable: 'B', value: '1' }] },
      'SetVariables',
      {
        setVariableData: [
          { attributeValue: '1', component: { name: 'A' }, variable: { name: 'B' } },
        ],
      },
    ],
  ] as const)('%s %s', async (version, action, payload, name, expected) => {
    const [station, client] = await booted(version);
    client.serve(() => null);
    await request(station, action, payload);
    await eventually(() => Promise.resolve(client.asked.length > 0));
    expect(client.asked[0]).toEqual([name, expected]);
    await client.close();
  });

  it('UnlockConnector is accepted only when unlocked, in both versions', async () => {
    for (const version of ['ocpp1.6', 'ocpp2.0.1'] as const) {
      const [station, client] = await booted(version);
      client.serve(() => ({ status: 'Unlocked' }));
      const id = await request(station, 'UnlockConnector', { evseId: 1, connectorId: 1 });
      expect(await answered(id)).toMatchObject({
        state: 'ACCEPTED',
        answer: { status: 'Unlocked' },
      });
      await client.close();
    }
  });

  it('a composite schedule comes back in the words of our own profiles', async () => {
    const [station, client] = await booted('ocpp1.6');
    client.serve(() => ({
      status: 'Accepted',
      connectorId: 1,
      scheduleStart: '2026-11-02T18:00:00Z',
      chargingSchedule: {
        duration: 60,
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000.0 }],
      },
    }));
    const id = await request(station, 'GetCompositeSchedule', {
      evseId: 1,
      durationS: 60,
      rateUnit: null,
    });
    expect((await answered(id)).answer).toEqual({
      status: 'Accepted',
      evseId: 1,
      schedule: {
        startAt: '2026-11-02T18:00:00Z',
        durationS: 60,
        rateUnit: 'W',
        periods: [{ startOffsetS: 0, limit: 11_000 }],
      },
    });
  });
});

describe('what the station answers', () => {
  it('Rejected and a CALLERROR are REJECTED with the reason, and an answer that is no answer too', async () => {
    const [station, client] = await booted('ocpp1.6');
    client.serve(() => ({ status: 'Rejected' }));
    expect(
      await answered(await request(station, 'SetChargingProfile', { evseId: 1, profile })),
    ).toMatchObject({ state: 'REJECTED', answer: { status: 'Rejected' } });
    client.serve(() => ({ nonsense: true }));
    expect(
      await answered(await request(station, 'SetChargingProfile', { evseId: 1, profile })),
    ).toMatchObject({ state: 'REJECTED', answer: { error: { code: 'InvalidAnswer' } } });
    client.serve(() => null);
    client.ws.on('message', (data: Buffer) => {
      const [type, id] = JSON.parse(data.toString()) as [number, string];
      if (type === 2) client.send(JSON.stringify([4, id, 'NotSupported', 'no', {}]));
    });
    expect(
      await answered(await request(station, 'SetChargingProfile', { evseId: 1, profile })),
    ).toMatchObject({
      state: 'REJECTED',
      answer: { error: { code: 'NotSupported', description: 'no' } },
    });
  });

  it('an action the version does not have is REJECTED as NotSupported, a broken payload as invalid', async () => {
    const [station] = await booted('ocpp2.0.1');
    expect(await answered(await request(station, 'GetConfiguration', { keys: [] }))).toMatchObject({
      state: 'REJECTED',
      answer: { error: { code: 'NotSupported' } },
    });
    expect(await answered(await request(station, 'Reset', { type: 'Gently' }))).toMatchObject({
      state: 'REJECTED',
      answer: { error: { code: 'InvalidCommand' } },
    });
  });

  it('changes the facts of its session', async () => {
    const [station, client] = await booted('ocpp1.6');
    client.serve(() => ({ status: 'Accepted' }));
    await client.ok('StartTransaction', {
      connectorId: 1,
      idTag: 'CARD',
      meterStart: 0,
      timestamp: '2026-11-02T18:00:00Z',
    });
    const session = () =>
      world.db.withTenant(world.tenantId, (tx) =>
        tx.session.findFirstOrThrow({ where: { stationId: station.id } }),
      );
    const before = await session();
    await answered(await request(station, 'SetChargingProfile', { evseId: 1, profile }, before.id));
    expect((await session()).factsVersion).toBe(before.factsVersion + 1n);
  });
});

describe('delivery', () => {
  it('one call at a time, and a profile replaced by a newer one is never sent', async () => {
    const [station, client] = await booted('ocpp1.6');
    await client.ok('StartTransaction', {
      connectorId: 1,
      idTag: 'CARD',
      meterStart: 0,
      timestamp: '2026-11-02T18:00:00Z',
    });
    const { id: sessionId } = await world.db.withTenant(world.tenantId, (tx) =>
      tx.session.findFirstOrThrow({ where: { stationId: station.id } }),
    );
    const set = (id: number) =>
      request(station, 'SetChargingProfile', { evseId: 1, profile: { ...profile, id } }, sessionId);
    const first = await set(1);
    await eventually(() => Promise.resolve(client.asked.length === 1));
    const second = await set(2);
    const third = await set(3);
    await client.ok('Heartbeat', {});
    expect(client.asked).toHaveLength(1);
    await client.close();
    client.ws.removeAllListeners();
    const again = await world.connect(station);
    again.serve(() => ({ status: 'Accepted' }));
    await again.ok('Heartbeat', {});
    expect(await answered(third)).toMatchObject({ state: 'ACCEPTED' });
    expect(await answered(first)).toMatchObject({ state: 'SUPERSEDED' });
    expect(await answered(second)).toMatchObject({ state: 'SUPERSEDED' });
    expect(
      again.asked.map(
        ([, payload]) =>
          (payload['csChargingProfiles'] as { chargingProfileId: number }).chargingProfileId,
      ),
    ).toEqual([3]);
  });

  it('what a lost connection left unanswered is sent again, but not what acts on the moment', async () => {
    const [station, client] = await booted('ocpp1.6');
    const set = await request(station, 'SetChargingProfile', { evseId: 1, profile });
    await eventually(() => Promise.resolve(client.asked.length === 1));
    client.ws.terminate();
    const second = await eventually(() => world.connect(station).catch(() => null));
    second.serve((action) => (action === 'Reset' ? null : { status: 'Accepted' }));
    await second.ok('Heartbeat', {});
    expect(await answered(set)).toMatchObject({ state: 'ACCEPTED' });
    await request(station, 'Reset', { type: 'OnIdle' });
    await eventually(() => Promise.resolve(second.asked.length === 2));
    second.ws.terminate();
    const third = await eventually(() => world.connect(station).catch(() => null));
    third.serve(() => ({ status: 'Accepted' }));
    await third.ok('Heartbeat', {});
    const marker = await request(station, 'TriggerMessage', {
      requestedMessage: 'Heartbeat',
      evseId: null,
    });
    expect(await answered(marker)).toMatchObject({ state: 'ACCEPTED' });
    expect(third.asked.map(([action]) => action)).toEqual(['TriggerMessage']);
  });

  it('a restarted gateway goes on with what was not answered', async () => {
    const [station, client] = await booted('ocpp1.6');
    const set = await request(station, 'SetChargingProfile', { evseId: 1, profile });
    await eventually(() => Promise.resolve(client.asked.length === 1));
    await world.restart();
    const again = await world.connect(station);
    again.serve(() => ({ status: 'Accepted' }));
    await again.ok('Heartbeat', {});
    expect(await answered(set)).toMatchObject({ state: 'ACCEPTED' });
  });
});
