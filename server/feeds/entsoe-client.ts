import type { BiddingZone } from '#domain/market/zones.ts';
import { MAX_XML_BYTES } from './entsoe-envelope.ts';
import { parseA44 } from './entsoe-xml.ts';
import type { A44Document } from './entsoe-xml.ts';
import { PriceFeedError } from './price-feed-error.ts';
import { redacted, requestText } from './http-text.ts';
import type { HttpText } from './http-text.ts';

export type DayAheadQuery = {
  baseUrl: string;
  /** Security token of the installation's account; never written to a message. */
  token: string;
  zone: BiddingZone;
  /** Whole minutes; the platform answers with every market day that the span touches. */
  fromAt: Date;
  toAt: Date;
  fetch: typeof globalThis.fetch;
  sleep: (milliseconds: number) => Promise<void>;
  /** Per try; 10 s unless a test is in a hurry. */
  timeoutMs?: number;
};

/** The platform sends at most 100 series at a time and takes offsets up to 4,800. */
const PAGE_SERIES = 100;
const MAX_OFFSET = 4_800;
const MAX_SPAN_MS = 366 * 24 * 3_600_000;
const NO_DATA = /no matching data/i;
const TOO_MANY = /exceeds (?:the )?allowed limit/i;

/**
 * fetchDayAhead gets the day-ahead prices of a zone for [fromAt, toAt) from the ENTSO-E
 * Transparency Platform, page by page, oldest page first. Prices not published yet are no error:
 * the list is empty.
 * @throws PriceFeedError without the token: `http` after five tries, `acknowledgement` with the
 *   platform's own reason, or what parseA44 says about the answer.
 */
export async function fetchDayAhead(query: DayAheadQuery): Promise<A44Document[]> {
  checkQuery(query);
  const first = await fetchPage(query, null);
  if (first === 'none') return [];
  if (first !== 'too-many' && first.timeSeriesCount < PAGE_SERIES) return [first];
  const pages = first === 'too-many' ? [] : [first];
  for (let offset = pages.length * PAGE_SERIES; offset <= MAX_OFFSET; offset += PAGE_SERIES) {
    const page = await fetchPage(query, offset);
    if (page === 'none') return pages;
    if (page === 'too-many') break;
    pages.push(page);
    if (page.timeSeriesCount < PAGE_SERIES) return pages;
  }
  throw new PriceFeedError(
    'too-large',
    'ENTSO-E has too many price series for one question: ask for a shorter period.',
  );
}

function checkQuery(query: DayAheadQuery): void {
  if (query.token === '') {
    throw new PriceFeedError('http', 'There is no ENTSO-E token: set one to fetch prices.');
  }
  const spanMs = query.toAt.getTime() - query.fromAt.getTime();
  if (!(spanMs > 0 && spanMs <= MAX_SPAN_MS)) {
    throw new RangeError('ENTSO-E answers for more than nothing and at most a year');
  }
}

async function fetchPage(
  query: DayAheadQuery,
  offset: number | null,
): Promise<A44Document | 'none' | 'too-many'> {
  const answer = await requestText({
    url: urlOf(query, offset),
    source: 'ENTSO-E',
    secret: query.token,
    maxBytes: MAX_XML_BYTES,
    timeoutMs: query.timeoutMs ?? 10_000,
    fetch: query.fetch,
    sleep: query.sleep,
  });
  try {
    const document = parseA44(answer.body);
    if (document.biddingZone === query.zone.eic) return document;
    throw new PriceFeedError(
      'unsupported',
      `ENTSO-E was asked for ${query.zone.code} and answered for another zone.`,
    );
  } catch (error) {
    if (!(error instanceof PriceFeedError)) throw error;
    if (error.reasonText !== null && NO_DATA.test(error.reasonText)) return 'none';
    if (error.reasonText !== null && TOO_MANY.test(error.reasonText)) return 'too-many';
    throw errorFromAnswer(error, answer, query.token);
  }
}

function errorFromAnswer(error: PriceFeedError, answer: HttpText, token: string): PriceFeedError {
  if (answer.status === 401 || answer.status === 403) {
    return new PriceFeedError(
      'http',
      'ENTSO-E does not accept the token: check it in your account on the Transparency Platform.',
    );
  }
  if (answer.status !== 200 && error.fault !== 'acknowledgement') {
    return new PriceFeedError('http', `ENTSO-E answered with HTTP status ${answer.status}.`);
  }
  const reasonText = error.reasonText === null ? null : redacted(error.reasonText, token);
  return new PriceFeedError(error.fault, redacted(error.message, token), reasonText);
}

function urlOf(query: DayAheadQuery, offset: number | null): URL {
  const url = new URL(query.baseUrl);
  const parameters: Record<string, string> = {
    documentType: 'A44',
    in_Domain: query.zone.eic,
    out_Domain: query.zone.eic,
    'contract_MarketAgreement.type': 'A01',
    periodStart: minuteDigits(query.fromAt),
    periodEnd: minuteDigits(query.toAt),
    securityToken: query.token,
  };
  if (offset !== null) parameters['offset'] = String(offset);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/** yyyyMMddHHmm in UTC. */
function minuteDigits(at: Date): string {
  return at.toISOString().replace(/\D/g, '').slice(0, 12);
}
