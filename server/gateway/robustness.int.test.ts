import { request } from 'node:http';
import { connect as tcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationNames } from '../db/migrate.ts';
import { basic, createWorld, eventually, type TestStation, type World } from './gateway.fixture.ts';

let world: World;
let station: TestStation;
beforeAll(async () => {
  world = await createWorld();
  station = await world.addStation();
});
afterAll(() => world[Symbol.asyncDispose]());

const boot = { chargePointVendor: 'Acme', chargePointModel: 'One' };

async function storedRows(): Promise<number> {
  return await world.db.asSystem(async (tx) => {
    const counts = await Promise.all([
      tx.transaction.count(),
      tx.session.count(),
      tx.meterReading.count(),
      tx.ocppInbox.count(),
      tx.parkedMessage.count(),
      tx.evse.count(),
      tx.stationEvent.count(),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  });
}

/** Sends raw bytes to the port and gives the first line of the answer. */
async function firstLine(text: string): Promise<string> {
  return await new Promise((resolve) => {
    const socket = tcp(world.gateway.port, '127.0.0.1');
    socket.on('data', (data) => {
      resolve(data.toString('latin1').split('\r\n', 1)[0] ?? '');
      socket.destroy();
    });
    socket.on('close', () => {
      resolve('');
    });
    socket.on('error', () => undefined);
    socket.write(text);
  });
}

function upgradeText(path: string, headers: Record<string, string> = {}): string {
  const all = {
    Host: 'x',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'ocpp1.6',
    Authorization: basic(station.id, station.key),
    ...headers,
  };
  return `GET ${path} HTTP/1.1\r\n${Object.entries(all)
    .map(([k, v]) => `${k}: ${v}\r\n`)
    .join('')}\r\n`;
}

describe('before the 101', () => {
  it.each([
    ['a malformed escape', '/ocpp/%E0%A4%A', {}, '400'],
    ['an encoded NUL', '/ocpp/a%00b', {}, '400'],
    ['another path', '/CS1', {}, '400'],
    ['a deeper path', '/ocpp/a/b', {}, '400'],
    ['a query', '/ocpp/a?b=c', {}, '400'],
    ['an absolute URI', 'http://example.test/ocpp/a', {}, '400'],
    ['dots that are an unknown station', '/ocpp/%2e%2e', {}, '401'],
    ['no sub-protocol of ours', null, { 'Sec-WebSocket-Protocol': 'ocpp1.5, soap' }, '400'],
    [
      '32 kB of sub-protocols',
      null,
      { 'Sec-WebSocket-Protocol': ` ${' '.repeat(4000)}ocpp1.6` },
      '101',
    ],
    ['a browser', null, { Origin: 'https://example.test' }, '403'],
    ['a cookie', null, { Cookie: 'a=b' }, '403'],
    ['no credentials', null, { Authorization: '' }, '401'],
    [
      'credentials without a colon',
      null,
      { Authorization: `Basic ${Buffer.from('abc').toString('base64')}` },
      '401',
    ],
    ['credentials of another user', null, { Authorization: basic('other', 'x') }, '401'],
  ] as [string, string | null, Record<string, string>, string][])(
    '%s gets its status and ends nothing else',
    async (_what, path, headers, status) => {
      expect(await firstLine(upgradeText(path ?? `/ocpp/${station.id}`, headers))).toContain(
        `HTTP/1.1 ${status}`,
      );
    },
  );

  it('an unknown station and a wrong key get the same answer', async () => {
    const wrong = await firstLine(
      upgradeText(`/ocpp/${station.id}`, { Authorization: basic(station.id, 'wrong') }),
    );
    const unknown = await firstLine(
      upgradeText('/ocpp/NOBODY', { Authorization: basic('NOBODY', 'wrong') }),
    );
    expect(wrong).toBe('HTTP/1.1 401 Unauthorized');
    expect(unknown).toBe(wrong);
  });

  it('a station may send its key as text or as the bytes that the text spells', async () => {
    const other = await world.addStation();
    const client = await world.connect(other, {
      headers: { authorization: basic(other.id, Buffer.from(other.key, 'hex')) },
    });
    expect(await client.ok('Heartbeat', {})).toHaveProperty('currentTime');
  });

  it('a disabled station is refused like a stranger', async () => {
    const other = await world.addStation();
    await world.db.withTenant(world.tenantId, (tx) =>
      tx.chargingStation.update({ where: { id: other.id }, data: { disabledAt: new Date() } }),
    );
    await expect(world.connect(other)).rejects.toThrow('HTTP 401');
  });

  it('/healthz tells version, role, database and migration', async () => {
    const [status, body] = await new Promise<[number, string]>((resolve) => {
      request({ port: world.gateway.port, host: '127.0.0.1', path: '/healthz' }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => {
          resolve([response.statusCode ?? 0, text]);
        });
      }).end();
    });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      version: '0.0.0-test',
      role: 'gateway',
      database: 'ok',
      migration: (await migrationNames()).at(-1),
    });
  });
});

describe('after the 101', () => {
  it.each([
    ['an unknown action', '[2,"a","Fly",{}]', 'NotImplemented'],
    ['a prototype name as action', '[2,"a","constructor",{}]', 'NotImplemented'],
    [
      'a wrong type',
      '[2,"a","StartTransaction",{"connectorId":true,"idTag":"A","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]',
      'TypeConstraintViolation',
    ],
    [
      'a missing field',
      '[2,"a","StartTransaction",{"connectorId":1}]',
      'OccurenceConstraintViolation',
    ],
    [
      'a time without a zone',
      '[2,"a","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"2026-01-01T00:00:00"}]',
      'PropertyConstraintViolation',
    ],
    [
      'a day that does not exist',
      '[2,"a","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"2026-02-30T00:00:00Z"}]',
      'PropertyConstraintViolation',
    ],
    [
      'a connector below zero',
      '[2,"a","StartTransaction",{"connectorId":-1,"idTag":"A","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]',
      'PropertyConstraintViolation',
    ],
    ['a payload that is an array', '[2,"a","Heartbeat",[]]', 'FormationViolation'],
    ['a prototype key', '[2,"a","Heartbeat",{"__proto__":{"x":1}}]', 'FormationViolation'],
    ['a NUL', '[2,"a","Authorize",{"idTag":"A\\u0000B"}]', 'FormationViolation'],
    ['half a character', '[2,"a","Authorize",{"idTag":"\\ud800"}]', 'FormationViolation'],
    [
      'a number beyond a double',
      '[2,"a","StopTransaction",{"transactionId":1e999,"meterStop":1,"timestamp":"2026-01-01T00:00:00Z"}]',
      'FormationViolation',
    ],
    [
      'deep nesting',
      `[2,"a","Heartbeat",{"x":${'['.repeat(3000)}${']'.repeat(3000)}}]`,
      'FormationViolation',
    ],
  ])('%s gets a CALLERROR and stores nothing', async (_what, text, code) => {
    const other = await world.addStation();
    const client = await world.connect(other);
    const before = await storedRows();
    expect((await client.raw(text, 'a')).slice(0, 3)).toEqual([4, 'a', code]);
    expect(await storedRows()).toBe(before);
    expect(await client.ok('Heartbeat', {})).toHaveProperty('currentTime');
    await client.close();
  });

  it.each([
    ['no JSON', '{{{'],
    ['no array', '{}'],
    ['an empty array', '[]'],
    ['an id that is a number', '[2,5,"Heartbeat",{}]'],
    ['an id of 37 characters', `[2,"${'x'.repeat(37)}","Heartbeat",{}]`],
    ['a type nobody knows', '[9,"a","x",{}]'],
    ['an answer nobody asked for', '[3,"nope",{}]'],
    ['an error nobody asked for', '[4,"nope","X","",{}]'],
  ])('%s is not answered in 1.6 and the connection lives on', async (_what, text) => {
    const other = await world.addStation();
    const client = await world.connect(other);
    client.send(text);
    expect(await client.ok('Heartbeat', {})).toHaveProperty('currentTime');
    expect(client.strays).toEqual([]);
    await client.close();
  });

  it('2.0.1 answers what it cannot read with the id "-1" and its own codes', async () => {
    const other = await world.addStation();
    const client = await world.connect(other, { version: 'ocpp2.0.1' });
    const fault = async (text: string, id: string) => (await client.raw(text, id)).slice(0, 3);
    expect(await fault('{{{', '-1')).toEqual([4, '-1', 'RpcFrameworkError']);
    expect(await fault('[7,"a","x",{}]', 'a')).toEqual([4, 'a', 'MessageTypeNotSupported']);
    expect(await fault('[2,"b","Heartbeat",[]]', 'b')).toEqual([4, 'b', 'FormatViolation']);
    expect(await fault('[2,"c","StatusNotification",{}]', 'c')).toEqual([
      4,
      'c',
      'OccurrenceConstraintViolation',
    ]);
  });

  it('a frame of 1 MB, a binary frame and endless garbage close the socket, not the gateway', async () => {
    const one = await world.connect(await world.addStation());
    one.send(`[2,"a","DataTransfer",{"vendorId":"${'x'.repeat(1024 * 1024)}"}]`);
    expect(await one.closed).toBe(1009);
    const two = await world.connect(await world.addStation());
    two.ws.send(Buffer.from([1, 2, 3]));
    expect(await two.closed).toBe(1003);
    const three = await world.connect(await world.addStation());
    for (let n = 0; n < 25; n += 1) three.send('garbage');
    expect(await three.closed).toBe(1002);
    expect(
      await (await world.connect(await world.addStation())).ok('Heartbeat', {}),
    ).toHaveProperty('currentTime');
  });

  it('unknown keys and unknown measurands are accepted', async () => {
    const client = await world.connect(await world.addStation());
    expect(await client.ok('BootNotification', { ...boot, vendorExtra: { a: 1 } })).toMatchObject({
      status: 'Accepted',
    });
    expect(
      await client.ok('MeterValues', {
        connectorId: 1,
        meterValue: [
          {
            timestamp: '2026-01-01T00:00:00Z',
            sampledValue: [{ value: '1', measurand: 'Mood', unit: 'smiles' }],
          },
        ],
      }),
    ).toEqual({});
  });
});

describe('a second socket with the same identity', () => {
  it('is refused while the first answers pings, and an event is raised', async () => {
    const twice = await world.addStation();
    const first = await world.connect(twice);
    const second = await world.connect(twice);
    expect(await second.closed).toBe(1008);
    expect(await first.ok('Heartbeat', {})).toHaveProperty('currentTime');
    await eventually(() =>
      world.db.withTenant(world.tenantId, (tx) =>
        tx.stationEvent.findFirst({
          where: { stationId: twice.id, kind: 'DUPLICATE_IDENTITY', severity: 'SECURITY' },
        }),
      ),
    );
  });

  it('replaces a first one that answers no ping any more', async () => {
    const twice = await world.addStation();
    const first = await world.connect(twice, { autoPong: false });
    const second = await world.connect(twice);
    expect(await second.ok('Heartbeat', {})).toHaveProperty('currentTime');
    expect(await first.closed).toBe(1006);
    const row = await world.db.withTenant(world.tenantId, (tx) =>
      tx.connection.findUniqueOrThrow({ where: { stationId: twice.id } }),
    );
    expect(row).toMatchObject({ epoch: 2n, closedAt: null });
  }, 15_000);
});
