import { expect, it } from 'vitest';
import { moveStays, recordedStays } from './recorded-stay.ts';

const row = {
  session_id: '1',
  charge_point: 'A',
  connector: '2',
  card: 'C1',
  plug_in_utc: '2026-03-27T17:00:30Z',
  plug_out_utc: '2026-03-28T06:00:00Z',
  connected_h: '13',
  energy_kwh: '7.25',
  max_power_kw: '3.681',
};
const at = (iso: string) => Date.parse(iso) / 1000;

it('a row is a stay in base units, whatever other columns there are', () => {
  expect(recordedStays([row])).toEqual([
    {
      id: '1',
      stationId: 'A',
      evseId: 2,
      card: 'C1',
      plugInAt: at(row.plug_in_utc),
      plugOutAt: at(row.plug_out_utc),
      energyMilliWh: 7_250_000,
      powerW: 3_681,
    },
  ]);
});

it('a wrong row is named by line and column, and so is an id that OCPP cannot carry', () => {
  const second = (change: object) => () => recordedStays([row, { ...row, ...change }]);
  expect(second({ plug_in_utc: 'yesterday' })).toThrow(/^line 3: plug_in_utc: /);
  expect(second({ card: 'x'.repeat(21) })).toThrow(/^line 3: card: /);
});

it('moving by days keeps the local hour across the change of clocks, and the length', () => {
  const [moved] = moveStays(recordedStays([row]), 3, 'Europe/Amsterdam');
  expect(moved?.plugInAt).toBe(at('2026-03-30T16:00:30Z'));
  expect(moved?.plugOutAt).toBe(at('2026-03-31T05:00:00Z'));
});
