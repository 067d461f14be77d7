import { ticksFromDecimal } from '#domain/market/ticks.ts';
import { HOUR_S, isoFromSeconds, QUARTER_S } from '#domain/time/instant.ts';
import type { InstantS } from '#domain/time/instant.ts';
import type { PriceInterval } from '#domain/market/price.ts';
import { readPublication } from './entsoe-envelope.ts';
import type { RawPeriod, RawPublication, RawSeries } from './entsoe-envelope.ts';
import { parseFeedInstant } from './feed-instant.ts';
import { PriceFeedError, shownText } from './price-feed-error.ts';

/** One market time unit of a document; `filled`: repeated by curve type A03, not written out. */
export type A44Interval = Omit<PriceInterval, 'kind'> & { filled: boolean };

/** One Period of a TimeSeries: a TimeSeries may change its resolution from one day to the next. */
export type A44Series = {
  /** Position of the auction in the day (1 = coupled market, 2 = EXAA in Germany and Austria). */
  sequence: number | null;
  resolutionMin: 15 | 60;
  intervals: A44Interval[];
};

export type A44Document = {
  /** EIC of the bidding zone. */
  biddingZone: string;
  /** When the answer was made (createdDateTime); the platform does not tell the auction's time. */
  publishedAt: Date;
  documentId: string;
  revision: number | null;
  currency: 'EUR';
  unit: 'MWH';
  /** TimeSeries elements, of any contract: what the platform counts its pages in. */
  timeSeriesCount: number;
  series: A44Series[];
};

/** Two sequences of a year of quarters, which is the longest the platform answers, are 70,272. */
const MAX_INTERVALS = 100_000;
const DAY_AHEAD_CONTRACT = 'A01';
const RESOLUTIONS: ReadonlyMap<string, 15 | 60> = new Map([
  ['PT15M', 15],
  ['PT60M', 60],
  ['PT1H', 60],
]);

/**
 * parseA44 reads an ENTSO-E day-ahead price document (type A44, namespace 7:0 to 7:3) exactly.
 * Curve type A03 is carried forward to its Period's declared end, never beyond; in curve type A01 a
 * position that is not there is a gap and stays one. Series of other contracts (intraday auctions)
 * are left out. Prices come in ticks of EUR 0.01/MWh, finer ones rounded half-even.
 * @throws PriceFeedError, one sentence, for whatever is no such document.
 */
export function parseA44(xml: string): A44Document {
  const raw = readPublication(xml);
  const { biddingZone } = checkedHead(raw);
  const series: A44Series[] = [];
  let count = 0;
  for (const item of raw.TimeSeries) {
    if (item['contract_MarketAgreement.type'] !== DAY_AHEAD_CONTRACT) continue;
    for (const period of item.Period) {
      const read = readPeriod(item, period, MAX_INTERVALS - count);
      count += read.intervals.length;
      series.push(read);
    }
  }
  if (count === 0) {
    throw new PriceFeedError('not-prices', 'The document holds no day-ahead price.');
  }
  return {
    biddingZone,
    publishedAt: new Date(instant(raw.createdDateTime, 'createdDateTime') * 1000),
    documentId: raw.mRID,
    revision: raw.revisionNumber === undefined ? null : wholeNumber(raw.revisionNumber, 'revision'),
    currency: 'EUR',
    unit: 'MWH',
    timeSeriesCount: raw.TimeSeries.length,
    series,
  };
}

/**
 * intervalsFromA44 makes one list of a document's series, ascending, 15 and 60 minutes as they are.
 * Where several sequences price the same time the lowest holds: sequence 1 is the coupled
 * day-ahead auction that contracts refer to, a higher one an earlier local auction for the same
 * hours; a series without a sequence is the only one of its market and counts as the lowest.
 * @throws PriceFeedError where one sequence gives one interval two prices.
 */
export function intervalsFromA44(document: A44Document): PriceInterval[] {
  const sequences = new Set(document.series.map(({ sequence }) => sequence ?? 0));
  const taken = new Set<InstantS>();
  const chosen: PriceInterval[] = [];
  for (const sequence of [...sequences].toSorted((a, b) => a - b)) {
    const own = document.series
      .filter((series) => (series.sequence ?? 0) === sequence)
      .flatMap(({ intervals }) => intervals)
      .filter((interval) => quartersOf(interval).every((at) => !taken.has(at)));
    const single = withoutRepeats(own);
    for (const interval of single) for (const at of quartersOf(interval)) taken.add(at);
    chosen.push(...single);
  }
  return chosen.toSorted((a, b) => a.startAt - b.startAt || a.seconds - b.seconds);
}

function withoutRepeats(intervals: readonly A44Interval[]): PriceInterval[] {
  const byKey = new Map<string, PriceInterval>();
  for (const { startAt, seconds, priceTicks } of intervals) {
    const key = `${startAt}/${seconds}`;
    const earlier = byKey.get(key);
    if (earlier !== undefined && earlier.priceTicks !== priceTicks) {
      throw new PriceFeedError(
        'malformed',
        `The document gives two different prices for ${isoFromSeconds(startAt)}.`,
      );
    }
    byKey.set(key, { startAt, seconds, priceTicks, kind: 'published' });
  }
  return [...byKey.values()];
}

function quartersOf(interval: Pick<PriceInterval, 'startAt' | 'seconds'>): InstantS[] {
  const quarters: InstantS[] = [];
  for (let at = interval.startAt; at < interval.startAt + interval.seconds; at += QUARTER_S) {
    quarters.push(at);
  }
  return quarters;
}

function checkedHead(raw: RawPublication): { biddingZone: string } {
  if (raw.type !== 'A44') {
    throw new PriceFeedError(
      'not-prices',
      `The document is of type ${shownText(raw.type)}; day-ahead prices are type A44.`,
    );
  }
  const zones = new Set(raw.TimeSeries.map((series) => series['in_Domain.mRID']));
  const [biddingZone] = zones;
  if (biddingZone === undefined) {
    throw new PriceFeedError('not-prices', 'The document holds no day-ahead price.');
  }
  if (zones.size > 1) {
    throw new PriceFeedError(
      'unsupported',
      'The document mixes bidding zones; ask for one at a time.',
    );
  }
  for (const series of raw.TimeSeries) {
    const currency = series['currency_Unit.name'];
    const unit = series['price_Measure_Unit.name'];
    if (currency !== 'EUR' || unit !== 'MWH') {
      throw new PriceFeedError(
        'unsupported',
        `Prices are in ${shownText(currency)} per ${shownText(unit)}; Valley reads EUR per MWH.`,
      );
    }
  }
  return { biddingZone };
}

function readPeriod(series: RawSeries, period: RawPeriod, room: number): A44Series {
  const sequence = series['classificationSequence_AttributeInstanceComponent.position'];
  const frame = readFrame(period);
  if (frame.length > room) {
    throw new PriceFeedError(
      'too-large',
      `The document holds more than ${MAX_INTERVALS} prices; ask for a shorter period.`,
    );
  }
  const carries = carriesForward(series.curveType);
  const written = readPoints(period, frame);
  const intervals: A44Interval[] = [];
  let carried: number | undefined;
  for (let index = 0; index < frame.length; index += 1) {
    const own = written.get(index + 1);
    if (own !== undefined || carries) carried = own ?? carried;
    const priceTicks = carries ? carried : own;
    if (priceTicks === undefined) continue;
    const startAt = frame.startAt + index * frame.seconds;
    intervals.push({ startAt, seconds: frame.seconds, priceTicks, filled: own === undefined });
  }
  return {
    sequence: sequence === undefined ? null : wholeNumber(sequence, 'sequence'),
    resolutionMin: frame.resolutionMin,
    intervals,
  };
}

function carriesForward(curveType: string): boolean {
  if (curveType === 'A01' || curveType === 'A03') return curveType === 'A03';
  throw new PriceFeedError(
    'unsupported',
    `Curve type ${shownText(curveType)} is not one of A01 and A03, which day-ahead prices use.`,
  );
}

type Frame = { startAt: InstantS; seconds: number; length: number; resolutionMin: 15 | 60 };

function readFrame(period: RawPeriod): Frame {
  const resolutionMin = RESOLUTIONS.get(period.resolution);
  if (resolutionMin === undefined) {
    throw new PriceFeedError(
      'unsupported',
      `Resolution ${shownText(period.resolution)} is not one of PT15M and PT60M.`,
    );
  }
  const startAt = instant(period.timeInterval.start, 'a period’s start');
  const endAt = instant(period.timeInterval.end, 'a period’s end');
  const seconds = resolutionMin === 60 ? HOUR_S : QUARTER_S;
  if (endAt <= startAt || startAt % seconds !== 0 || endAt % seconds !== 0) {
    throw new PriceFeedError(
      'malformed',
      `The period from ${isoFromSeconds(startAt)} to ${isoFromSeconds(endAt)} is not made of ` +
        `whole units of ${resolutionMin} minutes.`,
    );
  }
  return { startAt, seconds, length: (endAt - startAt) / seconds, resolutionMin };
}

function readPoints(period: RawPeriod, frame: Frame): Map<number, number> {
  const points = new Map<number, number>();
  for (const point of period.Point) {
    const position = wholeNumber(point.position, 'position');
    const priceTicks = ticksFromDecimal(point['price.amount']);
    const place = `position ${position} of the period from ${isoFromSeconds(frame.startAt)}`;
    if (position < 1 || position > frame.length) {
      throw new PriceFeedError(
        'malformed',
        `There is no ${place}: it has ${frame.length} units of ${frame.resolutionMin} minutes.`,
      );
    }
    if (priceTicks === null) {
      const amount = shownText(point['price.amount']);
      throw new PriceFeedError('malformed', `"${amount}" at ${place} is no price in EUR/MWh.`);
    }
    if ((points.get(position) ?? priceTicks) !== priceTicks) {
      throw new PriceFeedError('malformed', `There are two different prices at ${place}.`);
    }
    points.set(position, priceTicks);
  }
  return points;
}

function wholeNumber(digits: string, name: string): number {
  if (/^\d{1,6}$/.test(digits)) return Number(digits);
  throw new PriceFeedError('malformed', `The ${name} "${shownText(digits)}" is no whole number.`);
}

function instant(written: string, name: string): InstantS {
  const at = parseFeedInstant(written);
  if (at !== null) return at;
  throw new PriceFeedError(
    'malformed',
    `The time "${shownText(written)}" (${name}) is not a date and time with its UTC offset.`,
  );
}
