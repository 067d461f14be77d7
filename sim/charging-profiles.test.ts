import { expect, test } from 'vitest';
import { type LimitContext, type StoredProfile, offeredMilliA } from './charging-profiles.ts';
import { clearProfiles, setProfile } from './profile-store.ts';

const AT = Date.parse('2026-03-02T12:00:00Z');
const context: LimitContext = {
  evseId: 1,
  phases: 3,
  hardwareMilliA: 32_000,
  transaction: { id: 'tx', startedAtMs: AT - 600_000 },
  sharers: 1,
};

function made(changes: Partial<StoredProfile>, limit = 10): StoredProfile {
  return {
    id: 1,
    evseId: 1,
    stackLevel: 0,
    purpose: 'Tx',
    kind: 'Absolute',
    recurrency: null,
    validFromMs: null,
    validToMs: null,
    transactionId: null,
    schedule: {
      startMs: AT - 3_600_000,
      durationS: null,
      unit: 'A',
      periods: [{ startS: 0, limit, phases: 3 }],
    },
    ...changes,
  };
}
const offer = (...list: StoredProfile[]) => offeredMilliA(list, context, AT);

test('A transaction profile goes before a default, the station maximum before both', () => {
  const fallback = made({ id: 2, purpose: 'TxDefault' }, 20);
  const max = made({ id: 3, purpose: 'StationMax', evseId: 0 }, 8);
  expect(offer(fallback)).toBe(20_000);
  expect(offer(fallback, made({}, 25))).toBe(25_000);
  expect(offer(fallback, made({}, 25), max)).toBe(8_000);
  expect(offeredMilliA([max, made({})], { ...context, sharers: 2 }, AT)).toBe(0);
});

test('The higher stack level leads while it is valid', () => {
  const low = made({}, 10);
  const high = made({ id: 2, stackLevel: 3 }, 16);
  expect(offer(low, high)).toBe(16_000);
  expect(offer(low, { ...high, validToMs: AT })).toBe(10_000);
  expect(offer(low, { ...high, validFromMs: AT + 1 })).toBe(10_000);
});

test('Relative schedules count from the transaction, recurring ones from their last day', () => {
  const periods = [
    { startS: 0, limit: 0, phases: 3 as const },
    { startS: 600, limit: 13, phases: 3 as const },
  ];
  const schedule = { startMs: null, durationS: null, unit: 'A' as const, periods };
  expect(offer(made({ kind: 'Relative', schedule }))).toBe(13_000);
  const daysAgo = AT - 3 * 86_400_000 - 599_000;
  const recurring = { ...schedule, startMs: daysAgo, durationS: 1_200 };
  expect(offer(made({ kind: 'Recurring', recurrency: 'Daily', schedule: recurring }))).toBe(0);
});

test('Watts are spread over the phases of the period, and less than 6 A is a pause', () => {
  const watts = (limit: number, phases: 1 | 3) =>
    made({
      schedule: {
        startMs: AT,
        durationS: null,
        unit: 'W',
        periods: [{ startS: 0, limit, phases }],
      },
    });
  expect(offer(watts(11_040, 3))).toBe(16_000);
  expect(offer(watts(3_680, 1))).toBe(16_000);
  expect(offer(watts(3_680, 3))).toBe(0);
});

test('The store replaces in 1.6 what it refuses in 2.0.1, and checks what it is given', () => {
  const first = made({ id: 1 });
  const second = made({ id: 2 });
  const setting = (profile: StoredProfile, version: '1.6' | '2.0.1') => ({
    profile: { ...profile, transactionId: 'tx' },
    version,
    runningTransactionId: 'tx',
  });
  expect(setProfile([first], setting(second, '1.6'), {}).profiles).toHaveLength(1);
  expect(setProfile([first], setting(second, '2.0.1'), {}).decision.status).toBe('Rejected');
  const late = made({
    schedule: { ...first.schedule, periods: [{ startS: 60, limit: 6, phases: 3 }] },
  });
  expect(setProfile([], setting(late, '1.6'), {}).decision.status).toBe('Rejected');
  const idle = { ...setting(first, '1.6'), runningTransactionId: null };
  expect(setProfile([], idle, {}).decision.status).toBe('Rejected');
  expect(setProfile([], setting(first, '1.6'), { maxPeriods: 0 }).decision.reason).toBe(
    'too many periods',
  );
  expect(clearProfiles([first, second], { id: 2 })).toMatchObject({ cleared: 1 });
  expect(clearProfiles([first, second], { purpose: 'TxDefault' })).toMatchObject({ cleared: 0 });
});
