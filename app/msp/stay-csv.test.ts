import { expect, test } from 'vitest';
import { mspCsv } from './stay-csv.ts';

test('a provider’s file has one line for each stay, to the micro-euro', () => {
  const stay = {
    sessionId: 'a', operator: 'Street, North', timeZone: 'UTC', plugInAt: new Date(0), plugOutAt: new Date(3_600_000), cardEnd: '=123',
    energyMilliWh: 12_345_678, cashbackMicro: '1234567', ownMicro: '370370', revision: 1, programmeVersion: 2,
  };
  const [head, line] = mspCsv([stay]).split('\r\n');
  expect(head).toBe('session_id,operator,plug_in_utc,plug_out_utc,card_end,energy_kwh,cashback_eur,msp_eur,revision,programme_version');
  expect(line).toBe('a,"Street, North",1970-01-01T00:00:00.000Z,1970-01-01T01:00:00.000Z,\'=123,12.345678,1.234567,0.37037,1,2');
});
