import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Car } from './car.ts';
import { type SimClock, createClock } from './clock.ts';
import { type Csms, startCsms } from './csms.fixture.ts';
import { type Station, createStation } from './station.ts';
import type { StationOptions } from './station-types.ts';

const START = Date.parse('2026-03-02T18:00:00Z');
const CAR: Car = {
  phases: 3,
  maxPowerW: 11_000,
  energyNeedMilliWh: 11_000_000,
  batteryMilliWh: 55_000_000,
  startSocPercent: 40,
};
type Event = {
  eventType: string;
  triggerReason: string;
  seqNo: number;
  offline: boolean;
  timestamp: string;
  transactionInfo: { transactionId: string; chargingState?: string; stoppedReason?: string };
  idToken?: object;
  meterValue?: { sampledValue: { measurand: string; value: number; context: string }[] }[];
};

let clock: SimClock;
let csms: Csms;
let st: Station;

const moveTo = (minutes: number) => clock.jump(START + minutes * 60_000);
const events = () => csms.calls16('TransactionEvent') as unknown as Event[];
const brief = (event: Event) =>
  `${event.eventType} ${event.triggerReason} ${event.transactionInfo.chargingState}`;
const ask = async (action: string, payload: object) => csms.command('ST2', action, payload);

function station(options: Partial<StationOptions> = {}): Station {
  st = createStation({
    url: csms.url,
    id: 'ST2',
    key: 'secret',
    version: '2.0.1',
    clock,
    timing: { reconnectMinMs: 5, reconnectMaxMs: 20, retryMs: 5, callTimeoutMs: 5_000 },
    ...options,
  });
  return st;
}

function txProfile(periods: object[], extra: Record<string, unknown> = {}) {
  return {
    evseId: 1,
    chargingProfile: {
      id: 3,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Absolute',
      transactionId: events()[0]?.transactionInfo.transactionId ?? 'none',
      chargingSchedule: [
        {
          id: 1,
          startSchedule: '2026-03-02T18:00:00Z',
          chargingRateUnit: 'W',
          chargingSchedulePeriod: periods,
        },
      ],
      ...extra,
    },
  };
}

beforeEach(async () => {
  clock = createClock({
    anchors: { realAnchorMs: 0, simAnchorMs: START, speed: 1 },
    realNow: () => 0,
  });
  csms = await startCsms(() => clock.now());
});

afterEach(async () => {
  st.kill();
  await csms.close();
  expect(csms.problems).toEqual([]);
});

test('A transaction is one sequence of events from the card to the unplugging', async () => {
  await station().connect();
  expect(await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR })).toBe('authorised');
  moveTo(2);
  st.state(1);
  moveTo(62);
  st.state(1);
  st.plugOut(1);
  await st.idle();
  const seen = events();
  expect(seen.slice(0, 4).map(brief)).toEqual([
    'Started Authorized EVConnected',
    'Updated ChargingStateChanged Charging',
    'Updated MeterValuePeriodic Charging',
    'Updated MeterValuePeriodic Charging',
  ]);
  const full = seen.find((event) => event.transactionInfo.chargingState === 'SuspendedEV');
  expect(full?.timestamp).toBe('2026-03-02T19:00:00Z');
  expect(seen.at(-1)).toMatchObject({
    eventType: 'Ended',
    triggerReason: 'EVCommunicationLost',
    transactionInfo: { stoppedReason: 'EVDisconnected' },
  });
  expect(seen.map((event) => event.seqNo)).toEqual(seen.map((_, index) => index));
  const register = (event: Event | undefined) => event?.meterValue?.[0]?.sampledValue[0]?.value;
  expect(Number(register(seen.at(-1))) - Number(register(seen[0]))).toBe(11_000);
  const soc = seen[2]?.meterValue?.[0]?.sampledValue.find((value) => value.measurand === 'SoC');
  expect(soc?.value).toBe(40.3);
});

test('A station that starts at the cable says so and names the card later', async () => {
  await station({ quirks: { txStartPoint: 'EVConnected' } }).connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  await st.idle();
  expect(events().map(brief)).toEqual([
    'Started CablePluggedIn EVConnected',
    'Updated Authorized EVConnected',
    'Updated ChargingStateChanged Charging',
  ]);
  expect(events().map((event) => event.idToken !== undefined)).toEqual([false, true, false]);
});

test('A profile in watts pauses and resumes, and a second id at its level is refused', async () => {
  await station().connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  await st.idle();
  const periods = [
    { startPeriod: 0, limit: 0 },
    { startPeriod: 1_800, limit: 11_000 },
  ];
  expect(await ask('SetChargingProfile', txProfile(periods))).toEqual({ status: 'Accepted' });
  expect(st.state(1)).toMatchObject({ status: 'SuspendedEVSE', powerW: 0 });
  expect(await ask('SetChargingProfile', txProfile(periods, { id: 4 }))).toMatchObject({
    status: 'Rejected',
  });
  const answer = await ask('GetCompositeSchedule', { evseId: 1, duration: 3_600 });
  expect(answer['schedule']).toMatchObject({
    chargingSchedulePeriod: [{ limit: 0 }, { startPeriod: 1_800 }],
  });
  moveTo(60);
  expect(st.state(1)).toMatchObject({ powerW: 11_000, deliveredMilliWh: 5_500_000 });
  expect(await ask('ClearChargingProfile', { chargingProfileId: 3 })).toEqual({
    status: 'Accepted',
  });
});

test('Variables are read, written and reported part by part', async () => {
  await station().connect();
  const set = await ask('SetVariables', {
    setVariableData: [
      {
        component: { name: 'AlignedDataCtrlr' },
        variable: { name: 'Interval' },
        attributeValue: '900',
      },
      {
        component: { name: 'SmartChargingCtrlr' },
        variable: { name: 'RateUnit' },
        attributeValue: 'A',
      },
      { component: { name: 'Nowhere' }, variable: { name: 'X' }, attributeValue: '1' },
    ],
  });
  const statuses = set['setVariableResult'] as { attributeStatus: string }[];
  expect(statuses.map((entry) => entry.attributeStatus)).toEqual([
    'Accepted',
    'Rejected',
    'UnknownComponent',
  ]);
  const got = await ask('GetVariables', {
    getVariableData: [
      { component: { name: 'AlignedDataCtrlr' }, variable: { name: 'Interval' } },
      { component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } },
    ],
  });
  expect(got['getVariableResult']).toMatchObject([
    { attributeStatus: 'Accepted', attributeValue: '900' },
    { attributeStatus: 'Rejected' },
  ]);
  const ordered = { requestId: 9, reportBase: 'FullInventory' };
  expect(await ask('GetBaseReport', ordered)).toEqual({ status: 'Accepted' });
  const parts = await csms.waitFor('NotifyReport', 3);
  expect(parts.map((part) => part.payload['tbc'])).toEqual([true, true, false]);
  expect(parts.every((part) => part.payload['requestId'] === 9)).toBe(true);
});

test('Remote start waits for the cable, stop and trigger act on the transaction', async () => {
  await station().connect();
  const start = { idToken: { idToken: 'APP', type: 'Central' }, remoteStartId: 77, evseId: 1 };
  expect(await ask('RequestStartTransaction', start)).toEqual({ status: 'Accepted' });
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  await st.idle();
  expect(events()[0]).toMatchObject({
    triggerReason: 'RemoteStart',
    transactionInfo: { remoteStartId: 77 },
    idToken: { idToken: 'APP' },
  });
  const { transactionId } = events()[0]?.transactionInfo ?? { transactionId: '' };
  await ask('TriggerMessage', { requestedMessage: 'TransactionEvent' });
  await st.idle();
  expect(events().at(-1)?.triggerReason).toBe('Trigger');
  expect(await ask('RequestStopTransaction', { transactionId })).toEqual({ status: 'Accepted' });
  await st.idle();
  expect(events().at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'RemoteStop' });
  expect(await ask('GetLocalListVersion', {})).toEqual({ status: 'CALLERROR NotSupported' });
});

test('Events of an offline time are marked and keep their order', async () => {
  await station().connect();
  await st.plugIn({ evseId: 1, idToken: 'CARD1', car: CAR });
  await st.idle();
  st.disconnect();
  moveTo(3);
  st.plugOut(1);
  await st.connect();
  await st.idle();
  const late = events().slice(2);
  expect(late.map((event) => event.offline)).toEqual([true, true, true, true]);
  expect(events().map((event) => event.seqNo)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(csms.calls16('BootNotification')).toHaveLength(1);
});
