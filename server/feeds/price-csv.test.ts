import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gapsIn } from '#domain/market/curve.ts';
import { isoFromSeconds } from '#domain/time/instant.ts';
import { parsePriceCsv } from './price-csv.ts';

const parseText = (text: string) => parsePriceCsv([text]);

/** A file of `minutes` apart from 2026-01-05T00:00Z, priced 1, 2, 3, … EUR/MWh. */
function rows(count: number, minutes: number, first = '2026-01-05T00:00:00Z'): string[] {
  return Array.from({ length: count }, (_, index) => {
    const at = Date.parse(first) / 1000 + index * minutes * 60;
    return `${isoFromSeconds(at)},${index + 1}`;
  });
}

const file = (lines: string[]) => ['start_utc,price_eur_mwh', ...lines, ''].join('\n');

describe('parsePriceCsv', () => {
  it('sees hours and quarters from the spacing of the rows', async () => {
    const hours = await parseText(file(rows(3, 60)));
    expect(hours.map(({ seconds }) => seconds)).toEqual([3600, 3600, 3600]);
    expect(hours.map(({ priceTicks }) => priceTicks)).toEqual([100, 200, 300]);
    expect(hours.every(({ kind }) => kind === 'published')).toBe(true);
    const quarters = await parseText(file(rows(5, 15)));
    expect(quarters.map(({ seconds }) => seconds)).toEqual([900, 900, 900, 900, 900]);
  });

  it('leaves gaps as they are', async () => {
    const lines = rows(96, 15);
    const intervals = await parseText(file([...lines.slice(0, 10), ...lines.slice(18)]));
    expect(intervals).toHaveLength(88);
    const [first, last] = [intervals[0], intervals.at(-1)];
    expect(gapsIn(intervals, first?.startAt ?? 0, last?.startAt ?? 0)).toHaveLength(1);
  });

  it('reads resolution_min row by row and ignores other columns', async () => {
    const intervals = await parseText(
      [
        'source,start_utc,resolution_min,price_eur_mwh',
        'made up,2026-01-05T00:00:00Z,60,-1.25',
        'made up,2026-01-05T01:00:00Z,15,7',
      ].join('\n'),
    );
    expect(intervals.map(({ seconds, priceTicks }) => [seconds, priceTicks])).toEqual([
      [3600, -125],
      [900, 700],
    ]);
  });

  it('takes a byte order mark, CRLF, blank lines, quotes, spaces and any order', async () => {
    const text =
      '\uFEFF"start_utc","price_eur_mwh"\r\n\r\n"2026-01-05T02:00:00Z"," 3 "\r\n' +
      '2026-01-05 00:00:00+00:00,1\r\n\r\n2026-01-05T02:00+01:00 , 2\r\n';
    expect(await parseText(text)).toEqual(await parseText(file(rows(3, 60))));
  });

  it('reads text that arrives in pieces, even of one byte', async () => {
    const bytes = Buffer.from(file(rows(30, 15)));
    const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    expect(await parsePriceCsv(pieces)).toEqual(await parseText(file(rows(30, 15))));
  });

  it('has 92 and 100 quarters on the days of the clock change, for its times are UTC', async () => {
    expect(await parseText(file(rows(92, 15, '2026-03-28T23:00:00Z')))).toHaveLength(92);
    expect(await parseText(file(rows(100, 15, '2026-10-24T22:00:00Z')))).toHaveLength(100);
  });

  it('takes a row twice where it says the same', async () => {
    const lines = rows(3, 60);
    expect(await parseText(file([...lines, ...lines]))).toHaveLength(3);
  });

  it.each([
    ['no header', rows(2, 60).join('\n'), 'The first line must name the columns'],
    ['semicolons', 'start_utc;price_eur_mwh\n2026-01-05T00:00:00Z;1', 'separated by commas'],
    ['only a header', 'start_utc,price_eur_mwh\n', 'no row of prices'],
    ['nothing', '', 'no row of prices'],
    [
      'an empty price',
      file([...rows(1, 60), '2026-01-05T01:00:00Z,']),
      'Row 3, column price_eur_mwh is empty',
    ],
    [
      'a price in words',
      file(['2026-01-05T00:00:00Z,n/a']),
      'Row 2, column price_eur_mwh is "n/a"',
    ],
    [
      'a decimal comma',
      file(['2026-01-05T00:00:00Z,"84,10"']),
      'Row 2, column price_eur_mwh is "84,10"',
    ],
    [
      'a local time',
      file(['2026-01-05T00:00:00,1']),
      'Row 2, column start_utc is "2026-01-05T00:00:00"',
    ],
    ['no such day', file(['2026-02-29T00:00:00Z,1']), 'Row 2, column start_utc'],
    ['a start off the grid', file(['2026-01-05T00:05:00Z,1']), 'start on a whole quarter'],
    ['hours off the hour', file(rows(3, 60, '2026-01-05T00:30:00Z')), 'start on the hour'],
    ['half hours', file(rows(3, 30)), 'add a column resolution_min'],
    ['a single row', file(rows(1, 60)), 'add a column resolution_min'],
    [
      'hours, then quarters',
      file([...rows(4, 60), ...rows(4, 15, '2026-01-05T04:00:00Z')]),
      'From row 2 on',
    ],
    ['two prices for one time', file([...rows(2, 60), '2026-01-05T00:00:00Z,9']), 'Rows 2 and 4'],
    [
      'a row too short',
      file([...rows(2, 60), '2026-01-05T02:00:00Z']),
      'Row 4 is no comma-separated row',
    ],
    ['an open quote', file(['"2026-01-05T00:00:00Z,1']), 'quotes'],
    [
      'an endless row',
      file([`2026-01-05T00:00:00Z,${'9'.repeat(10_000)}`]),
      'no comma-separated row',
    ],
    [
      'another resolution',
      'start_utc,resolution_min,price_eur_mwh\n2026-01-05T00:00:00Z,30,1',
      'Row 2, column resolution_min is "30": write 15 or 60',
    ],
  ])('refuses %s and says where and what to do', async (_what, text, message) => {
    await expect(parseText(text)).rejects.toThrow(message);
    await expect(parseText(text)).rejects.toThrow(/^[^\n]+\.$/);
    await expect(parseText(text)).rejects.toHaveProperty('name', 'PriceFeedError');
  });

  it('passes on what breaks the source', async () => {
    const gone = createReadStream('/nowhere/prices.csv');
    await expect(parsePriceCsv(gone)).rejects.toThrow('ENOENT');
  });
});

const DATA = resolve(process.env['VALLEY_DATA'] ?? '../shared/data');
const isThere = existsSync(resolve(DATA, 'nl_day_ahead_15min.csv'));
const title = isThere ? 'the real files' : `the real files (skipped: ${DATA}; set VALLEY_DATA)`;

describe.skipIf(!isThere)(title, () => {
  it('of quarters is read whole, with its known gap left open', async () => {
    const curve = await parsePriceCsv(createReadStream(resolve(DATA, 'nl_day_ahead_15min.csv')));
    expect(curve).toHaveLength(17_472);
    const gaps = gapsIn(curve, curve[0]?.startAt ?? 0, curve.at(-1)?.startAt ?? 0);
    expect(gaps.map(({ fromAt, toAt }) => [isoFromSeconds(fromAt), isoFromSeconds(toAt)])).toEqual([
      ['2025-10-26T00:00:00Z', '2025-10-26T02:00:00Z'],
    ]);
  });

  it('of hours is read whole, with the nine hours that are missing left open', async () => {
    const curve = await parsePriceCsv(createReadStream(resolve(DATA, 'nl_day_ahead_hourly.csv')));
    expect(curve).toHaveLength(116_104);
    const gaps = gapsIn(curve, curve[0]?.startAt ?? 0, curve.at(-1)?.startAt ?? 0);
    expect(gaps).toHaveLength(9);
    expect(gaps.every(({ fromAt, toAt }) => toAt - fromAt === 3600)).toBe(true);
  });
});
