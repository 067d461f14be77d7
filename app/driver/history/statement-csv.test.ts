import { expect, it } from 'vitest';
import { statementCsv } from './statement-csv.ts';

const stay = {
  sessionId: 'a1',
  plugInAt: new Date('2026-11-23T17:00:00Z'),
  plugOutAt: null,
  locationName: '=HYPERLINK("x"), Quay',
  stationId: 'S1',
  evseId: 1,
  salePriceMicro: '425000',
  settleState: 'PENDING',
  energyMilliWh: null,
  cashbackMicro: null,
  steeredSeconds: null,
};

it('leaves unknown cells empty and runs no formula', () => {
  const [head, row] = statementCsv([stay]).split('\r\n');
  expect(head).toContain('cashback_eur');
  expect(row).toBe(
    'a1,2026-11-23T17:00:00.000Z,,"\'=HYPERLINK(""x""), Quay",S1,1,,0.425,,,,PENDING',
  );
});

it('writes what was settled', () => {
  const settled = {
    ...stay,
    locationName: 'Quay',
    plugOutAt: new Date('2026-11-24T06:00:00Z'),
    settleState: 'SETTLED',
    energyMilliWh: 20_000_000,
    cashbackMicro: '-120000',
    steeredSeconds: 5_400,
  };
  expect(statementCsv([settled]).split('\r\n')[1]).toBe(
    'a1,2026-11-23T17:00:00.000Z,2026-11-24T06:00:00.000Z,Quay,S1,1,20,0.425,8.5,-0.12,90,SETTLED',
  );
});

it('rounds the bill half-even, as the receipt does', () => {
  // 0.5 and 2.5 micro-euro.
  const billOf = (energyMilliWh: number) =>
    statementCsv([{ ...stay, salePriceMicro: '1', energyMilliWh }]).split('\r\n')[1]?.split(',').at(-4);
  expect([billOf(500_000), billOf(2_500_000)]).toEqual(['0', '0.000002']);
});
