import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realClock } from '../clock.ts';
import { askStation } from '../fleet/station-action.service.ts';
import { actionsOf, commandsFor, type StationAction } from '../fleet/station-action.ts';
import { createWorld, eventually, type TestStation, type World } from './gateway.fixture.ts';
import { tables16 } from './v16/tables.ts';
import { tables201 } from './v201/tables.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const ask = (station: TestStation, action: StationAction) =>
  askStation({ db: world.db, clock: realClock }, world.tenantId, {
    stationId: station.id,
    action,
  });
const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 18, minute)).toISOString();
const every: StationAction[] = [
  { kind: 'start', evseId: 1, card: 'CARD' },
  { kind: 'stop', evseId: 1 },
  { kind: 'status' },
  { kind: 'restart', hard: true },
  { kind: 'restart', hard: false },
  { kind: 'unlock', evseId: 1 },
  { kind: 'report' },
];

async function ready(version: 'ocpp1.6' | 'ocpp2.0.1') {
  const station = await world.addStation();
  const client = await world.connect(station, { version });
  await client.ok('Heartbeat', {});
  const connectorStatus =
    version === 'ocpp1.6'
      ? { connectorId: 1, errorCode: 'NoError', status: 'Available' }
      : { evseId: 1, connectorId: 2, connectorStatus: 'Available' };
  await client.ok('StatusNotification', { ...connectorStatus, timestamp: at(0) });
  return { station, client };
}
const commands = (station: TestStation) =>
  world.db.withTenant(world.tenantId, (tx) =>
    tx.command.findMany({ where: { stationId: station.id }, orderBy: { createdAt: 'asc' } }),
  );

describe('what an operator may ask', () => {
  it.each([tables16, tables201])('has a message in every version it is offered for', (tables) => {
    const facts = {
      protocol: tables.version,
      card: 'CARD',
      running: { ocppId: '7', connectorId: null },
      connectors: [{ evseId: 1, connectorId: 1 }],
      requestId: 5,
    };
    const offered = every.filter(({ kind }) => actionsOf(tables.version).includes(kind));
    expect(offered.length).toBeGreaterThanOrEqual(6);
    for (const action of offered) {
      for (const { action: name, payload } of commandsFor(action, facts)) {
        const route = tables.commands[name];
        expect(route).toBeDefined();
        tables.schemas.checkOutbound(`${route?.action}Request`, route?.spell(payload));
      }
    }
    expect(actionsOf(null)).toEqual([]);
  });

  it('waits for one charging point only where the same was asked of it', async () => {
    const { station, client } = await ready('ocpp1.6');
    await client.ok('StatusNotification', {
      connectorId: 2,
      errorCode: 'NoError',
      status: 'Available',
      timestamp: at(0),
    });
    await ask(station, { kind: 'unlock', evseId: 1 });
    expect((await ask(station, { kind: 'unlock', evseId: 2 })).ids).toHaveLength(1);
    await expect(ask(station, { kind: 'unlock', evseId: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('reaches a 1.6 station, and its word comes back', async () => {
    const { station, client } = await ready('ocpp1.6');
    client.serve((action) => ({ status: action === 'Reset' ? 'Rejected' : 'Accepted' }));
    await ask(station, { kind: 'start', evseId: 1, card: 'card' });
    await eventually(async () => (await commands(station))[0]?.state === 'ACCEPTED');
    await ask(station, { kind: 'restart', hard: false });
    await eventually(async () => (await commands(station))[1]?.state === 'REJECTED');
    await ask(station, { kind: 'status' });
    await eventually(async () => (await commands(station))[2]?.state === 'ACCEPTED');
    expect(client.asked).toEqual([
      ['RemoteStartTransaction', { connectorId: 1, idTag: 'CARD' }],
      ['Reset', { type: 'Soft' }],
      ['TriggerMessage', { requestedMessage: 'StatusNotification' }],
    ]);
    expect((await commands(station))[1]?.answer).toEqual({ status: 'Rejected' });
  });

  it('asks a 2.0.1 station for the status of each connector, and for its report', async () => {
    const { station, client } = await ready('ocpp2.0.1');
    client.serve(() => ({ status: 'Accepted' }));
    await ask(station, { kind: 'status' });
    await ask(station, { kind: 'report' });
    await eventually(async () => (await commands(station)).every((row) => row.state === 'ACCEPTED'));
    expect(client.asked[0]).toEqual([
      'TriggerMessage',
      { requestedMessage: 'StatusNotification', evse: { id: 1, connectorId: 2 } },
    ]);
    expect(client.asked[1]).toMatchObject(['GetBaseReport', { reportBase: 'FullInventory' }]);
  });

  it('ends and unlocks what runs at the EVSE, and starts nothing beside it', async () => {
    const { station, client } = await ready('ocpp2.0.1');
    await client.ok('TransactionEvent', {
      eventType: 'Started',
      timestamp: at(1),
      triggerReason: 'Authorized',
      seqNo: 1,
      transactionInfo: { transactionId: 'T-9' },
      evse: { id: 1, connectorId: 2 },
      idToken: { idToken: 'CARD', type: 'ISO14443' },
    });
    client.serve((action) => ({ status: action === 'UnlockConnector' ? 'Unlocked' : 'Accepted' }));
    await expect(ask(station, { kind: 'start', evseId: 1, card: 'CARD' })).rejects.toThrow(
      'Somebody charges there. Stop that first.',
    );
    await ask(station, { kind: 'unlock', evseId: 1 });
    await ask(station, { kind: 'stop', evseId: 1 });
    await eventually(async () => (await commands(station)).every((row) => row.state === 'ACCEPTED'));
    expect(client.asked).toEqual([
      ['UnlockConnector', { evseId: 1, connectorId: 2 }],
      ['RequestStopTransaction', { transactionId: 'T-9' }],
    ]);
  });

  it.each<[string, StationAction, string]>([
    ['a card nobody has', { kind: 'start', evseId: 1, card: 'NOBODY' }, 'No such card'],
    ['a blocked card', { kind: 'start', evseId: 1, card: 'BLOCKED' }, 'No such card'],
    ['a stop of nothing', { kind: 'stop', evseId: 1 }, 'Nobody charges there'],
    ['what 1.6 does not know', { kind: 'report' }, 'does not know this'],
  ])('is refused with a sentence: %s', async (_case, action, sentence) => {
    const { station } = await ready('ocpp1.6');
    await expect(ask(station, action)).rejects.toThrow(sentence);
    expect(await commands(station)).toEqual([]);
  });

  it('is asked once at a time, and of nobody who is not there', async () => {
    const { station, client } = await ready('ocpp1.6');
    await ask(station, { kind: 'restart', hard: true });
    await expect(ask(station, { kind: 'restart', hard: false })).rejects.toThrow(
      'has not answered the last time yet',
    );
    await client.close();
    await eventually(() =>
      ask(station, { kind: 'status' }).then(
        () => false,
        (error: unknown) => String(error).includes('is not connected'),
      ),
    );
    await expect(ask({ id: 'NONE', key: '' }, { kind: 'status' })).rejects.toThrow('no such');
  });
});
