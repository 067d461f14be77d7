import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ticksFromDecimal } from '#domain/market/ticks.ts';
import { isoFromSeconds } from '#domain/time/instant.ts';
import { a44Xml } from './a44-fixture.ts';
import type { FixturePeriod, FixtureSeries } from './a44-fixture.ts';
import { intervalsFromA44, parseA44 } from './entsoe-xml.ts';

const DAY = { start: '2026-01-04T23:00Z', end: '2026-01-05T23:00Z' };
const THREE_HOURS = { start: '2026-01-05T00:00Z', end: '2026-01-05T03:00Z' };

function one(period: FixturePeriod, series: Omit<FixtureSeries, 'periods'> = {}) {
  return parseA44(a44Xml({ series: [{ ...series, periods: [period] }] }));
}

function ticksOf(period: FixturePeriod, series: Omit<FixtureSeries, 'periods'> = {}) {
  return intervalsFromA44(one(period, series)).map(({ priceTicks }) => priceTicks);
}

describe('parseA44', () => {
  it('keeps zone, publication time, document, revision, currency and unit', () => {
    const xml = a44Xml({
      revision: '3',
      createdAt: '2026-01-04T12:57:03Z',
      series: [{ periods: [{ ...THREE_HOURS, points: [[1, 5]] }] }],
    });
    const { series, ...head } = parseA44(xml);
    expect(head).toEqual({
      biddingZone: '10YNL----------L',
      publishedAt: new Date('2026-01-04T12:57:03Z'),
      documentId: 'made-up-1',
      revision: 3,
      currency: 'EUR',
      unit: 'MWH',
      timeSeriesCount: 1,
    });
    expect(series).toHaveLength(1);
  });

  it('carries curve type A03 forward to the period’s declared end and says so', () => {
    const document = one({
      ...THREE_HOURS,
      resolution: 'PT15M',
      points: [
        [1, 10],
        [6, -2.5],
      ],
    });
    const intervals = document.series[0]?.intervals ?? [];
    expect(intervals).toHaveLength(12);
    expect(intervals.map(({ priceTicks }) => priceTicks)).toEqual([
      1000, 1000, 1000, 1000, 1000, -250, -250, -250, -250, -250, -250, -250,
    ]);
    expect(intervals.map(({ filled }) => filled).filter((filled) => !filled)).toHaveLength(2);
  });

  it('leaves a gap of curve type A01 a gap, also at the end', () => {
    const document = one({ ...THREE_HOURS, points: [[2, 7]] }, { curveType: 'A01' });
    expect(document.series[0]?.intervals.map((i) => isoFromSeconds(i.startAt))).toEqual([
      '2026-01-05T01:00:00Z',
    ]);
  });

  it('has nothing to carry before the first position of curve type A03', () => {
    expect(ticksOf({ ...THREE_HOURS, points: [[2, 7]] })).toEqual([700, 700]);
  });

  it('does not carry a price from one period into the next', () => {
    const next = {
      start: '2026-01-05T03:00Z',
      end: '2026-01-05T05:00Z',
      points: [[2, 9]],
    } as const;
    const periods = [{ ...THREE_HOURS, points: [[1, 5]] as const }, next];
    const intervals = intervalsFromA44(parseA44(a44Xml({ series: [{ periods }] })));
    expect(intervals.map((i) => isoFromSeconds(i.startAt).slice(11, 13))).toEqual([
      '00',
      '01',
      '02',
      '04',
    ]);
  });

  it.each([
    ['2026-03-28T23:00Z', '2026-03-29T22:00Z', 'PT60M', 23],
    ['2026-10-24T22:00Z', '2026-10-25T23:00Z', 'PT60M', 25],
    ['2026-03-28T23:00Z', '2026-03-29T22:00Z', 'PT15M', 92],
    ['2026-01-04T23:00Z', '2026-01-05T23:00Z', 'PT15M', 96],
    ['2026-10-24T22:00Z', '2026-10-25T23:00Z', 'PT15M', 100],
  ])('reads the day from %s to %s in %s as %i prices', (start, end, resolution, count) => {
    expect(ticksOf({ start, end, resolution, points: [[1, 1]] })).toHaveLength(count);
  });

  it('reads a period written in another time zone as the same instants', () => {
    const local = { start: '2026-01-05T01:00+01:00', end: '2026-01-05T04:00+01:00' };
    const points = [
      [1, 1],
      [2, 2],
      [3, 3],
    ] as const;
    expect(one({ ...local, points }).series).toEqual(one({ ...THREE_HOURS, points }).series);
  });

  it.each(['7:0', '7:1', '7:3'])('reads namespace %s, with and without a prefix', (namespace) => {
    const series = [{ periods: [{ ...THREE_HOURS, points: [[1, 5]] as const }] }];
    expect(parseA44(a44Xml({ namespace, prefix: 'ns1:', series }))).toEqual(
      parseA44(a44Xml({ namespace, series })),
    );
  });

  it('reads decimals exactly and rounds what is finer than a tick half-even', () => {
    const points = [
      [1, '0.29'],
      [2, '-1.005'],
      [3, '1.015'],
    ] as const;
    expect(ticksOf({ ...THREE_HOURS, points })).toEqual([29, -100, 102]);
  });

  it('leaves out series of other contracts, which are no day-ahead prices', () => {
    const period = { ...THREE_HOURS, points: [[1, 5]] as const };
    const intraday = { contract: 'A07', periods: [{ ...period, points: [[1, 6]] as const }] };
    const document = parseA44(a44Xml({ series: [intraday, { periods: [period] }] }));
    expect(document.timeSeriesCount).toBe(2);
    expect(intervalsFromA44(document).map(({ priceTicks }) => priceTicks)).toEqual([500, 500, 500]);
    expect(() => parseA44(a44Xml({ series: [intraday] }))).toThrow('no day-ahead price');
  });
});

describe('intervalsFromA44', () => {
  const hours = (amount: number) => ({ ...THREE_HOURS, points: [[1, amount]] as const });

  it('keeps the lowest sequence wherever several price the same time', () => {
    const quarters = {
      start: '2026-01-05T02:00Z',
      end: '2026-01-05T04:00Z',
      resolution: 'PT15M',
      points: [[1, 9]] as const,
    };
    const document = parseA44(
      a44Xml({
        series: [
          { sequence: 2, periods: [quarters] },
          { sequence: 1, periods: [hours(5)] },
        ],
      }),
    );
    const intervals = intervalsFromA44(document);
    expect(intervals.map(({ seconds, priceTicks }) => [seconds, priceTicks])).toEqual([
      [3600, 500],
      [3600, 500],
      [3600, 500],
      [900, 900],
      [900, 900],
      [900, 900],
      [900, 900],
    ]);
    expect(intervals.map(({ startAt }) => startAt)).toEqual(
      intervals.map(({ startAt }) => startAt).toSorted((a, b) => a - b),
    );
  });

  it('keeps 15 and 60 minutes of one sequence side by side', () => {
    const quarters = { ...hours(9), resolution: 'PT15M' };
    const document = parseA44(a44Xml({ series: [{ periods: [hours(5), quarters] }] }));
    expect(intervalsFromA44(document)).toHaveLength(3 + 12);
  });

  it('takes a doubled series once and refuses two prices for one interval', () => {
    const doubled = (amount: number) =>
      parseA44(a44Xml({ series: [{ periods: [hours(5)] }, { periods: [hours(amount)] }] }));
    expect(intervalsFromA44(doubled(5))).toHaveLength(3);
    expect(() => intervalsFromA44(doubled(6))).toThrow('two different prices');
  });
});

const DATA = resolve(process.env['VALLEY_DATA'] ?? '../shared/data', 'entsoe_xml');
const isThere = existsSync(DATA);
const title = isThere
  ? 'the real documents'
  : `the real documents (skipped: ${DATA} is not here; set VALLEY_DATA)`;

describe.skipIf(!isThere)(title, () => {
  const names = isThere ? readdirSync(join(DATA, 'expected')) : [];

  it.each(names)('%s is exactly what the document gives', (name) => {
    const xml = readFileSync(join(DATA, `${basename(name, '.csv')}.xml`), 'utf8');
    const expected = readFileSync(join(DATA, 'expected', name), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const document = parseA44(xml);
    const rows = document.series.flatMap(({ sequence, resolutionMin, intervals }) =>
      intervals.map((interval) =>
        [
          isoFromSeconds(interval.startAt),
          resolutionMin,
          interval.priceTicks,
          sequence ?? '',
          interval.filled ? 1 : 0,
        ].join(','),
      ),
    );
    const inTicks = expected.map((row) => {
      const [start, resolution, price = '', sequence, filled] = row.split(',');
      return [start, resolution, ticksFromDecimal(price), sequence, filled].join(',');
    });
    expect(rows).toEqual(inTicks);
    expect(intervalsFromA44(document)).toHaveLength(inTicks.length);
  });
});

describe('a document that contradicts itself', () => {
  it.each([
    [
      'a position beyond the period',
      { ...THREE_HOURS, points: [[4, 1]] },
      'There is no position 4',
    ],
    ['a position 0', { ...THREE_HOURS, points: [[0, 1]] }, 'There is no position 0'],
    ['a position in words', { ...THREE_HOURS, points: [['one', 1]] }, 'no whole number'],
    [
      'two prices at one position',
      {
        ...THREE_HOURS,
        points: [
          [1, 1],
          [1, 2],
        ],
      },
      'two different',
    ],
    ['a price in words', { ...THREE_HOURS, points: [[1, 'n/a']] }, 'no price in EUR/MWh'],
    ['an endless price', { ...THREE_HOURS, points: [[1, '1e30']] }, 'no price in EUR/MWh'],
    ['a day without prices', { ...DAY, points: [] }, 'no day-ahead price'],
    [
      'an end before its start',
      { start: DAY.end, end: DAY.start, points: [[1, 1]] },
      'whole units',
    ],
    [
      'half an hour too much',
      { start: DAY.start, end: '2026-01-05T23:30Z', points: [[1, 1]] },
      'whole units of 60',
    ],
    [
      'a start without offset',
      { ...DAY, start: '2026-01-04T23:00', points: [[1, 1]] },
      'UTC offset',
    ],
    ['30 February', { ...DAY, end: '2026-02-30T23:00Z', points: [[1, 1]] }, 'not a date'],
    ['half hours', { ...DAY, resolution: 'PT30M', points: [[1, 1]] }, 'Resolution PT30M'],
    [
      'ten thousand years in quarters',
      {
        start: '0001-01-01T00:00Z',
        end: '9999-01-01T00:00Z',
        resolution: 'PT15M',
        points: [[1, 1]],
      },
      'more than 100000 prices',
    ],
  ] as const)('with %s is refused', (_what, period, message) => {
    expect(() => one(period)).toThrow(message);
  });

  it.each([
    ['pounds', { currency: 'GBP' }, 'GBP per MWH'],
    ['kilowatt-hours', { unit: 'KWH' }, 'EUR per KWH'],
    ['an overlapping curve', { curveType: 'A04' }, 'Curve type A04'],
    ['a sequence in words', { sequence: 'first' }, 'The sequence "first"'],
  ] as const)('with %s is refused', (_what, series, message) => {
    expect(() => one({ ...THREE_HOURS, points: [[1, 1]] }, series)).toThrow(message);
  });

  it('of several zones or of another type is refused', () => {
    const periods = [{ ...THREE_HOURS, points: [[1, 1]] as const }];
    const other = { zone: '10YBE----------2', periods };
    expect(() => parseA44(a44Xml({ series: [{ periods }, other] }))).toThrow('mixes bidding zones');
    expect(() => parseA44(a44Xml({ type: 'A25', series: [{ periods }] }))).toThrow('type A25');
    expect(() => parseA44(a44Xml({ series: [] }))).toThrow('no day-ahead price');
  });
});
