import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Visit, daysUntilFirst, inTurn, readSessions, shiftDays } from './programme.ts';

const HEADER =
  'session_id,charge_point,connector,card,plug_in_utc,plug_out_utc,' +
  'connected_h,charging_h,energy_kwh,max_power_kw';

function csv(...lines: string[]): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'sim-')), 'sessions.csv');
  writeFileSync(file, [HEADER, ...lines].join('\n'));
  return file;
}
function visit(id: string, plugInH: number, plugOutH: number): Visit {
  const [stationId, evseId, idToken] = ['S1', 1, 'C1'] as const;
  const car = { phases: 1, maxPowerW: 3_680, energyNeedMilliWh: 1 } as const;
  const [plugInMs, plugOutMs] = [plugInH * 3_600_000, plugOutH * 3_600_000];
  return { id, stationId, evseId, idToken, plugInMs, plugOutMs, car };
}

test('Sessions become stays of one-phase cars up to 7.4 kW and of three-phase cars above', () => {
  const file = csv(
    '1,A,2,C1,2026-01-05T17:00:30Z,2026-01-06T06:00:00Z,13,2,7.25,3.681',
    '2,A,1,C2,2026-01-05T18:00:00Z,2026-01-05T19:00:00Z,1,1,7,10.9',
  );
  expect(readSessions(file)).toMatchObject([
    {
      stationId: 'A',
      evseId: 2,
      plugInMs: Date.parse('2026-01-05T17:00:30Z'),
      car: { phases: 1, maxPowerW: 3_681, energyNeedMilliWh: 7_250_000 },
    },
    { evseId: 1, car: { phases: 3, maxPowerW: 10_900 } },
  ]);
  expect(readSessions(file, 1)).toHaveLength(1);
});

test('A wrong row is named by line and column', () => {
  const file = csv('1,A,1,C1,yesterday,2026-01-06T06:00:00Z,13,2,7.25,3.681');
  expect(() => readSessions(file)).toThrow(/line 2: plug_in_utc/);
});

test('Moving by days keeps the local hour across the change of clocks, and the length', () => {
  const [moved] = shiftDays(
    [visit('1', Date.parse('2026-03-27T17:00:00Z') / 3_600_000, 0)],
    3,
    'Europe/Amsterdam',
  );
  expect(new Date(moved?.plugInMs ?? 0).toISOString()).toBe('2026-03-30T16:00:00.000Z');
});

test('The first stay is moved by as few days as put it in the future', () => {
  const stays = [visit('1', 10, 12)];
  expect(daysUntilFirst(stays, 10 * 3_600_000)).toBe(0);
  expect(daysUntilFirst(stays, 11 * 3_600_000)).toBe(1);
  expect(daysUntilFirst(stays, 34.5 * 3_600_000)).toBe(2);
});

test('A car that finds its EVSE taken waits, and gives up when its stay is over', () => {
  const { visits, dropped } = inTurn([visit('b', 2, 5), visit('a', 1, 3), visit('c', 2.5, 2.9)]);
  expect(visits.map(({ id, plugInMs }) => [id, plugInMs])).toEqual([
    ['a', 3_600_000],
    ['b', 3 * 3_600_000 + 1_000],
  ]);
  expect(dropped.map(({ id }) => id)).toEqual(['c']);
});
