import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Car } from './car.ts';
import { createClock, type SimClock } from './clock.ts';
import { type Csms, startCsms } from './csms.fixture.ts';
import { createStation } from './station.ts';
import type { Station } from './station.ts';
import type { StationOptions, StationSnapshot } from './station-types.ts';

const START = Date.parse('2026-03-02T18:00:00Z');
const CAR: Car = { phases: 3, maxPowerW: 11_000, energyNeedMilliWh: 20_000_000 };

let realMs = 0;
let clock: SimClock;
let csms: Csms;
const stations: Station[] = [];

// Time stands still unless a test moves it, so that every figure is exact.
function moveTo(minutes: number): void {
  clock.jump(START + minutes * 60_000);
}

function station(options: Partial<StationOptions> = {}): Station {
  const made = createStation({
    url: csms.url,
    id: 'ST 1',
    key: new Uint8Array([0xff, 0x00, 0x80]),
    version: '1.6',
    clock,
    timing: { reconnectMinMs: 5, reconnectMaxMs: 20, retryMs: 5, callTimeoutMs: 5_000 },
    ...options,
  });
  stations.push(made);
  return made;
}

function profile(
  periods: { startPeriod: number; limit: number }[],
  extra: Record<string, unknown> = {},
) {
  return {
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 7,
      transactionId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: {
        startSchedule: '2026-03-02T18:00:00Z',
        chargingRateUnit: 'A',
        chargingSchedulePeriod: periods,
      },
      ...extra,
    },
  };
}

beforeEach(async () => {
  realMs = 0;
  clock = createClock({
    anchors: { realAnchorMs: 0, simAnchorMs: START, speed: 1 },
    realNow: () => realMs,
  });
  csms = await startCsms(() => clock.now());
});

afterEach(async () => {
  for (const made of stations.splice(0)) made.kill();
  await csms.close();
  expect(csms.problems).toEqual([]);
});

test('A station boots, charges and stops in messages that fit the official schemas', async () => {
  const st = station();
  await st.connect();
  expect(await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR })).toBe('authorised');
  await csms.waitFor('StartTransaction');
  await st.idle();
  moveTo(30);
  expect(st.state(1)).toMatchObject({
    status: 'Charging',
    powerW: 11_000,
    deliveredMilliWh: 5_500_000,
    transactionId: '1',
  });
  st.plugOut(1);
  await st.idle();
  const [start] = csms.calls16('StartTransaction');
  const [stop] = csms.calls16('StopTransaction');
  expect(start?.['timestamp']).toBe('2026-03-02T18:00:00Z');
  expect(stop).toMatchObject({ transactionId: 1, reason: 'EVDisconnected' });
  expect(Number(stop?.['meterStop']) - Number(start?.['meterStart'])).toBe(5_500);
  expect(csms.calls16('MeterValues')).toHaveLength(30);
  expect(csms.calls.map((call) => call.action).slice(0, 2)).toEqual([
    'BootNotification',
    'StatusNotification',
  ]);
});

test('The key travels as bytes and the station id as one path segment', async () => {
  await station().connect();
  const expected = Buffer.from([...Buffer.from('ST 1:'), 0xff, 0x00, 0x80]).toString('base64');
  expect(csms.authorization).toEqual([`Basic ${expected}`]);
});

test('Meter values come at exact sampled and clock-aligned instants', async () => {
  const st = station();
  await st.connect();
  const change = (key: string, value: string) =>
    csms.command('ST 1', 'ChangeConfiguration', { key, value });
  expect(await change('MeterValueSampleInterval', '600')).toEqual({ status: 'Accepted' });
  expect(await change('ClockAlignedDataInterval', '900')).toEqual({ status: 'Accepted' });
  expect(await change('NumberOfConnectors', '9')).toEqual({ status: 'Rejected' });
  expect(await change('Nonsense', '9')).toEqual({ status: 'NotSupported' });
  moveTo(7);
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  moveTo(31);
  st.state(1);
  await st.idle();
  const stamps = csms.calls16('MeterValues').map((payload) => {
    const [value] = payload['meterValue'] as {
      timestamp: string;
      sampledValue: { context: string; value: string }[];
    }[];
    return `${value?.timestamp.slice(11, 19)} ${value?.sampledValue[0]?.context}`;
  });
  expect(stamps).toEqual([
    '18:15:00 Sample.Clock',
    '18:17:00 Sample.Periodic',
    '18:27:00 Sample.Periodic',
    '18:30:00 Sample.Clock',
  ]);
});

test('A profile pauses and resumes at its own instants and is reported back', async () => {
  const st = station();
  await st.connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  await st.idle();
  const periods = [
    { startPeriod: 0, limit: 16 },
    { startPeriod: 600, limit: 0 },
    { startPeriod: 1_800, limit: 16 },
  ];
  expect(await csms.command('ST 1', 'SetChargingProfile', profile(periods))).toEqual({
    status: 'Accepted',
  });
  const schedule = await csms.command('ST 1', 'GetCompositeSchedule', {
    connectorId: 1,
    duration: 3_600,
    chargingRateUnit: 'A',
  });
  expect(schedule['chargingSchedule']).toMatchObject({
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 16 },
      { startPeriod: 600, limit: 0 },
      { startPeriod: 1_800, limit: 16 },
    ],
  });
  moveTo(20);
  expect(st.state(1)).toMatchObject({ status: 'SuspendedEVSE', powerW: 0, offeredMilliA: 0 });
  moveTo(60);
  expect(st.state(1)).toMatchObject({ status: 'Charging', deliveredMilliWh: 7_333_333 });
  await st.idle();
  const statuses = csms.calls16('StatusNotification').map((payload) => payload['status']);
  expect(statuses.at(-1)).toBe('Charging');
});

test('While offline a station charges on and later sends everything in order', async () => {
  const st = station();
  await st.connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  await st.idle();
  st.disconnect();
  moveTo(10);
  st.plugOut(1);
  expect(await st.plugIn({ evseId: 1, idToken: 'CARD2', car: CAR })).toBe('offline');
  moveTo(12);
  st.state(1);
  await st.connect();
  await st.idle();
  const order = csms.calls
    .map((call) => call.action)
    .filter((action) => !/Status|Authorize|Heartbeat/.test(action));
  expect(order).toEqual([
    'BootNotification',
    'StartTransaction',
    ...Array.from({ length: 10 }, () => 'MeterValues'),
    'StopTransaction',
    'StartTransaction',
    'MeterValues',
    'MeterValues',
  ]);
  expect(csms.calls16('MeterValues').map((payload) => payload['transactionId'])).toEqual([
    ...Array.from({ length: 10 }, () => 1),
    2,
    2,
  ]);
});

test('A start without an answer is repeated with the same message id', async () => {
  let asked = 0;
  csms.answers.set('StartTransaction', () => {
    asked += 1;
    return asked === 1 ? 'silence' : { transactionId: 42, idTagInfo: { status: 'Accepted' } };
  });
  const st = station({ timing: { reconnectMinMs: 5, callTimeoutMs: 500 } });
  await st.connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  const starts = await csms.waitFor('StartTransaction', 2);
  await st.idle();
  expect(new Set(starts.map((call) => call.messageId)).size).toBe(1);
  expect(csms.calls16('BootNotification')).toHaveLength(1);
  expect(st.state(1).transactionId).toBe('42');
});

test('A killed station goes on from its snapshot with car, profile and queue', async () => {
  let last: StationSnapshot | undefined;
  const st = station({ onSnapshot: (snapshot) => (last = snapshot) });
  await st.connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR, departAtMs: START + 3_600_000 });
  await st.idle();
  await csms.command('ST 1', 'SetChargingProfile', profile([
    { startPeriod: 0, limit: 16 },
    { startPeriod: 900, limit: 0 },
    { startPeriod: 1_800, limit: 16 },
  ]));
  st.kill();
  moveTo(90);
  const risen = station(last === undefined ? {} : { snapshot: last });
  await risen.connect();
  await risen.idle();
  expect(risen.state(1)).toMatchObject({ status: 'Available', plugged: false });
  const [start] = csms.calls16('StartTransaction');
  const [stop] = csms.calls16('StopTransaction');
  expect(stop?.['timestamp']).toBe('2026-03-02T19:00:00Z');
  expect(Number(stop?.['meterStop']) - Number(start?.['meterStart'])).toBe(8_250);
  expect(csms.calls16('BootNotification')).toHaveLength(1);
  expect(csms.calls16('MeterValues')).toHaveLength(60);
});

test('A refused card gets no energy, and a start that is refused is stopped', async () => {
  csms.answers.set('Authorize', () => ({ idTagInfo: { status: 'Invalid' } }));
  csms.answers.set('StartTransaction', () => ({
    transactionId: 5,
    idTagInfo: { status: 'Blocked' },
  }));
  const st = station();
  await st.connect();
  expect(await st.plugIn({ evseId: 1, idToken: 'BAD', car: CAR })).toBe('refused');
  moveTo(10);
  expect(st.state(1)).toMatchObject({ status: 'Preparing', deliveredMilliWh: 0 });
  csms.answers.delete('Authorize');
  expect(await st.start(1, 'GOOD')).toBe('authorised');
  await csms.waitFor('StopTransaction');
  expect(csms.calls16('StopTransaction')[0]).toMatchObject({ reason: 'DeAuthorized' });
  expect(csms.calls16('StartTransaction')[0]).toMatchObject({ timestamp: '2026-03-02T18:10:00Z' });
});

test('Remote start and stop, reset, unlock, availability and triggers are answered', async () => {
  const st = station({ evses: 2 });
  await st.connect();
  const ask = async (action: string, payload: object) =>
    (await csms.command('ST 1', action, payload)).status;
  expect(await ask('RemoteStartTransaction', { connectorId: 2, idTag: 'APP' })).toBe('Accepted');
  expect(await st.plugIn({ evseId: 2, idToken: 'CARD9', car: CAR })).toBe('authorised');
  await st.idle();
  expect(csms.calls16('StartTransaction')[0]).toMatchObject({ idTag: 'APP', connectorId: 2 });
  expect(await ask('RemoteStopTransaction', { transactionId: 99 })).toBe('Rejected');
  const off = { connectorId: 2, type: 'Inoperative' };
  expect(await ask('ChangeAvailability', off)).toBe('Scheduled');
  expect(await ask('TriggerMessage', { requestedMessage: 'MeterValues' })).toBe('Accepted');
  expect(await ask('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })).toBe(
    'NotImplemented',
  );
  expect(await ask('RemoteStopTransaction', { transactionId: 1 })).toBe('Accepted');
  await csms.waitFor('StopTransaction');
  expect(st.state(2)).toMatchObject({ status: 'Unavailable' });
  expect(await ask('UnlockConnector', { connectorId: 2 })).toBe('Unlocked');
  expect(await ask('GetLocalListVersion', {})).toBe('CALLERROR NotSupported');
  expect(await ask('Reset', { type: 'Soft' })).toBe('Accepted');
  await csms.waitFor('BootNotification', 2);
  expect(csms.calls16('MeterValues')[0]).toMatchObject({ connectorId: 1 });
});

test('Quirks refuse, ignore or keep silent as the stations do that have them', async () => {
  const periods = [{ startPeriod: 0, limit: 0 }];
  const outcome = async (quirks: NonNullable<StationOptions['quirks']>, extra = {}) => {
    const id = `Q${stations.length}`;
    const st = station({ id, quirks });
    await st.connect();
    await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
    await st.idle();
    const transactionId = Number(st.state(1).transactionId);
    const answer = await Promise.race([
      csms.command(id, 'SetChargingProfile', profile(periods, { transactionId, ...extra })),
      new Promise<{ status?: string }>((resolve) => {
        setTimeout(() => resolve({ status: 'silence' }), 50);
      }),
    ]);
    return `${answer.status} ${st.state(1).powerW}`;
  };
  expect(await outcome({})).toBe('Accepted 0');
  expect(await outcome({ refusesTxProfile: true })).toBe('Rejected 11000');
  expect(await outcome({ ignoresProfiles: true })).toBe('Accepted 11000');
  expect(await outcome({ silent: true })).toBe('silence 11000');
  expect(await outcome({ rateUnit: 'W' })).toBe('Rejected 11000');
  expect(await outcome({ stackLevel0Only: true }, { stackLevel: 3 })).toBe('Rejected 11000');
  expect(await outcome({ phases: 1 })).toBe('Accepted 0');
});

test('Some forget profiles on reconnect, or count messages from 1 at each boot', async () => {
  const st = station({ quirks: { dropsProfilesOnReconnect: true, countingMessageIds: true } });
  await st.connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  await st.idle();
  await csms.command('ST 1', 'SetChargingProfile', profile([{ startPeriod: 0, limit: 0 }]));
  expect(st.state(1).powerW).toBe(0);
  st.disconnect();
  await st.connect();
  expect(st.state(1).powerW).toBe(11_000);
  await csms.command('ST 1', 'Reset', { type: 'Soft' });
  const rebooted = () => csms.repeats.find((call) => call.action === 'BootNotification');
  while (rebooted() === undefined) await new Promise((resolve) => setImmediate(resolve));
  expect(rebooted()?.messageId).toBe('1');
});

test('Late samples follow the stop, and a skewed clock stamps its own time', async () => {
  const st = station({ quirks: { lateMeterValues: true, clockSkewS: 90, kwhLabelledWh: true } });
  await st.connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR, atMs: START });
  moveTo(5);
  st.plugOut(1);
  await st.idle();
  const order = csms.calls.map((call) => call.action).filter((a) => /Transaction|Meter/.test(a));
  expect(order).toEqual([
    'StartTransaction',
    'StopTransaction',
    ...Array.from({ length: 5 }, () => 'MeterValues'),
  ]);
  expect(csms.calls16('StartTransaction')[0]).toMatchObject({ timestamp: '2026-03-02T18:01:30Z' });
  const [sample] = csms.calls16('MeterValues');
  const [value] = (sample?.['meterValue'] ?? []) as {
    sampledValue: { value: string; unit: string }[];
  }[];
  expect(value?.sampledValue[0]?.unit).toBe('Wh');
  expect(Number(value?.sampledValue[0]?.value)).toBeLessThan(100_000);
});

test('A stay that began before its station was dialled counts from the plug-in', async () => {
  const st = station();
  moveTo(30);
  await st.connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR, atMs: START });
  expect(st.state(1).deliveredMilliWh).toBe(5_500_000);
  await st.idle();
  expect(csms.calls16('StartTransaction')[0]).toMatchObject({ timestamp: '2026-03-02T18:00:00Z' });
});

test('What has left a station is in the snapshot that was written before', async () => {
  let last: StationSnapshot | undefined;
  const sentUnsaved: string[] = [];
  const st = station({
    onSnapshot: (snapshot) => (last = snapshot),
    onEvent: (event) => {
      if (event.type !== 'invoke' || !/Transaction|Meter/.test(event.action)) return;
      const saved = last?.outbox.calls.map((call) => call.messageId) ?? [];
      if (!saved.includes(event.messageId)) sentUnsaved.push(event.action);
    },
  });
  await st.connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  await st.idle();
  moveTo(5);
  st.plugOut(1);
  await st.idle();
  expect(csms.calls16('MeterValues')).toHaveLength(5);
  expect(sentUnsaved).toEqual([]);
});
