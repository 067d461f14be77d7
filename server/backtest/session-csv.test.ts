import { describe, expect, it } from 'vitest';
import { SessionCsv, type SessionRow } from './session-csv.ts';

const HEADER = 'session_id,plug_in_utc,plug_out_utc,energy_kwh,max_power_kw,charging_h';

function parse(lines: readonly string[], header = HEADER): (SessionRow & { name: string })[] {
  const rows: (SessionRow & { name: string })[] = [];
  new SessionCsv(header).parse(Buffer.from(lines.join('\n')), (row) => {
    rows.push({ ...row, name: row.id() });
  });
  return rows;
}

describe('rows of sessions', () => {
  it('reads instants to the second and energy to the milli-Wh', () => {
    const [row] = parse(['a,2024-02-29T23:59:58Z,2024-03-01T00:00:00Z,6.530001,9.818,1.5']);
    expect(row).toMatchObject({
      name: 'a',
      plugInAt: Date.parse('2024-02-29T23:59:58Z') / 1000,
      plugOutAt: Date.parse('2024-03-01T00:00:00Z') / 1000,
      energyMilliWh: 6_530_001,
      highestPowerW: 9_818,
      chargingS: 5_400,
    });
  });

  it('finds columns by name, in any order, with quotes, a BOM, CR LF and no last line break', () => {
    const header = '\uFEFF"energy_kwh",session_id,x,plug_out_utc,plug_in_utc\r';
    const rows = parse(['1.5,"a,b",y,2020-01-01T02:00:00+01:00,2020-01-01T00:00:00.5Z\r', ''], header);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ name: 'a,b', energyMilliWh: 1_500_000, highestPowerW: null });
    expect(rows[0]?.plugOutAt).toBe(Date.parse('2020-01-01T01:00:00Z') / 1000);
    expect(rows[0]?.plugInAt).toBe(Date.parse('2020-01-01T00:00:00Z') / 1000);
  });

  it('takes the end of charging where no hours are written', () => {
    const header = 'session_id,plug_in_utc,done_charging_utc,plug_out_utc,energy_kwh';
    const [row] = parse(['a,2020-01-01T00:00:00Z,2020-01-01T01:00:00Z,2020-01-01T02:00:00Z,3'], header);
    expect(row?.chargingS).toBe(3_600);
  });

  it.each([
    ['a,yesterday,2020-01-01T02:00:00Z,1,1,1', 'plug_in_utc is "yesterday"'],
    ['a,2020-13-01T00:00:00Z,2020-01-01T02:00:00Z,1,1,1', 'plug_in_utc is "2020-13-01T00:00:00Z"'],
    ['a,2020-01-01T00:00:00,2020-01-01T02:00:00Z,1,1,1', 'plug_in_utc is "2020-01-01T00:00:00"'],
    ['a,2020-01-01T00:00:00Z,2020-01-01T02:00:00Z,much,1,1', 'energy_kwh is "much"'],
    ['a,2020-01-01T00:00:00Z,,1,1,1', 'plug_out_utc is empty'],
    ['a,2020-01-01T00:00:00Z', 'it has 2 cells, the header 6'],
  ])('names the line and cell of %s', (line, message) => {
    const good = 'a,2020-01-01T00:00:00Z,2020-01-01T02:00:00Z,1,1,1';
    expect(() => parse([good, line])).toThrow(expect.objectContaining({ line: 2 }));
    expect(() => parse([line])).toThrow(message);
  });

  it('says which column is missing', () => {
    expect(() => new SessionCsv('session_id,plug_in_utc,energy_kwh')).toThrow('plug_out_utc');
  });
});
