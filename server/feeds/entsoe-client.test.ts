import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { findZone } from '#domain/market/zones.ts';
import { a44Xml, acknowledgementXml } from './a44-fixture.ts';
import { fetchDayAhead } from './entsoe-client.ts';
import { intervalsFromA44 } from './entsoe-xml.ts';
import { PriceFeedError } from './price-feed-error.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const TOKEN = 'secret/token+1';
const zone = findZone('NL') ?? expect.fail('NL is a zone');
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A local platform that gives its answers in turn, the last one again and again. */
async function platform(...answers: Answer[]) {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://platform').searchParams);
    answers[Math.min(asked.length, answers.length) - 1]?.(response, request);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { baseUrl: `http://127.0.0.1:${port}/api`, asked };
}

function text(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

/** A page of `count` series of one hour each, from hour `first` of 2026, priced by the hour. */
function page(first: number, count: number, zoneEic = zone.eic): Answer {
  const series = Array.from({ length: count }, (_, index) => {
    const startMs = Date.UTC(2026, 0, 1, first + index);
    const iso = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z');
    const points = [[1, first + index]] as const;
    return {
      zone: zoneEic,
      periods: [{ start: iso(startMs), end: iso(startMs + 3_600_000), points }],
    };
  });
  return text(200, a44Xml({ series }), { 'content-type': 'text/xml' });
}

async function ask(baseUrl: string, changes: { timeoutMs?: number; token?: string } = {}) {
  const sleptMs: number[] = [];
  const outcome = await fetchDayAhead({
    baseUrl,
    token: TOKEN,
    zone,
    fromAt: new Date('2026-03-28T23:00:00Z'),
    toAt: new Date('2026-03-29T22:00:00Z'),
    fetch: globalThis.fetch,
    sleep: (milliseconds) => {
      sleptMs.push(milliseconds);
      return Promise.resolve();
    },
    ...changes,
  }).catch((error: unknown) => error);
  return { outcome, sleptMs };
}

function pricesOf(outcome: unknown): number[] {
  if (!Array.isArray(outcome)) throw outcome;
  return outcome.flatMap(intervalsFromA44).map(({ priceTicks }) => priceTicks / 100);
}

function messageOf(outcome: unknown): string {
  expect(outcome).toBeInstanceOf(PriceFeedError);
  const error = outcome instanceof PriceFeedError ? outcome : expect.fail('no error');
  expect(JSON.stringify([error.message, error.reasonText, error.stack])).not.toContain('secret');
  expect(error.cause).toBeUndefined();
  expect(error.message).toMatch(/^[^\n]+\.$/);
  return error.message;
}

describe('fetchDayAhead', () => {
  it('asks for one zone and period in the platform’s words', async () => {
    const { baseUrl, asked } = await platform(page(0, 2));
    expect(pricesOf((await ask(baseUrl)).outcome)).toEqual([0, 1]);
    expect(asked.map((parameters) => Object.fromEntries(parameters))).toEqual([
      {
        documentType: 'A44',
        in_Domain: '10YNL----------L',
        out_Domain: '10YNL----------L',
        'contract_MarketAgreement.type': 'A01',
        periodStart: '202603282300',
        periodEnd: '202603292200',
        securityToken: TOKEN,
      },
    ]);
  });

  it('goes on while pages are full', async () => {
    const { baseUrl, asked } = await platform(page(0, 100), page(100, 100), page(200, 3));
    const prices = pricesOf((await ask(baseUrl)).outcome);
    expect(prices).toEqual(Array.from({ length: 203 }, (_, hour) => hour));
    expect(asked.map((parameters) => parameters.get('offset'))).toEqual([null, '100', '200']);
  });

  it('ends after a last page that was exactly full', async () => {
    const none = text(200, acknowledgementXml('No matching data found for Data item'));
    const { baseUrl } = await platform(page(0, 100), none);
    expect(pricesOf((await ask(baseUrl)).outcome)).toHaveLength(100);
  });

  it('asks page by page when the platform says it is too much at once', async () => {
    const words =
      'The amount of requested data exceeds allowed limit. Requested: 120, allowed: 100';
    const tooMuch = text(400, acknowledgementXml(words));
    const { baseUrl, asked } = await platform(tooMuch, page(0, 100), page(100, 20));
    expect(pricesOf((await ask(baseUrl)).outcome)).toHaveLength(120);
    expect(asked.map((parameters) => parameters.get('offset'))).toEqual([null, '0', '100']);
  });

  it('gives up on a platform that is never done', async () => {
    const { baseUrl, asked } = await platform(page(0, 100));
    expect(messageOf((await ask(baseUrl)).outcome)).toContain('ask for a shorter period');
    expect(asked).toHaveLength(49);
  });

  it('has no prices, and no error, before publication', async () => {
    const words = 'No matching data found for Data item Day-ahead Prices [12.1.D]';
    for (const status of [200, 400]) {
      const { baseUrl } = await platform(text(status, acknowledgementXml(words)));
      expect(await ask(baseUrl)).toEqual({ outcome: [], sleptMs: [] });
    }
  });

  it('tries again after 503 and waits longer each time', async () => {
    const busy = text(503, '<html>maintenance</html>');
    const { baseUrl, asked } = await platform(busy, busy, page(0, 1));
    const { outcome, sleptMs } = await ask(baseUrl);
    expect(pricesOf(outcome)).toEqual([0]);
    expect(sleptMs).toEqual([1_000, 2_000]);
    expect(asked).toHaveLength(3);
  });

  it('waits as long as Retry-After says, in seconds or until a date', async () => {
    const inSeconds = text(429, '', { 'retry-after': '30' });
    const untilDate = text(503, '', {
      date: 'Mon, 05 Jan 2026 12:00:00 GMT',
      'retry-after': 'Mon, 05 Jan 2026 12:00:45 GMT',
    });
    const { baseUrl } = await platform(inSeconds, untilDate, page(0, 1));
    expect((await ask(baseUrl)).sleptMs).toEqual([30_000, 45_000]);
  });

  it('leaves a long Retry-After to the next fetch', async () => {
    const { baseUrl, asked } = await platform(text(429, '', { 'retry-after': '600' }));
    expect(messageOf((await ask(baseUrl)).outcome)).toContain('asks to wait 600 s');
    expect(asked).toHaveLength(1);
  });

  it('gives up after five tries', async () => {
    const { baseUrl, asked } = await platform(text(500, ''));
    const { outcome, sleptMs } = await ask(baseUrl);
    expect(messageOf(outcome)).toBe(
      'ENTSO-E answered with HTTP status 500, 5 times in a row: try again later.',
    );
    expect(sleptMs).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(asked).toHaveLength(5);
  });

  it('cuts off a try that hangs before or within its answer', async () => {
    const silent: Answer = () => undefined;
    const stuck: Answer = (response) => response.writeHead(200).write('<Publication');
    const { baseUrl, asked } = await platform(silent, stuck, page(0, 1));
    expect(pricesOf((await ask(baseUrl, { timeoutMs: 150 })).outcome)).toEqual([0]);
    expect(asked).toHaveLength(3);
  });

  it('tries again after a broken connection and names what failed in the end', async () => {
    const broken: Answer = (_response, request) => request.socket.destroy();
    const { baseUrl } = await platform(broken, page(0, 1));
    expect(pricesOf((await ask(baseUrl)).outcome)).toEqual([0]);
    const gone = await platform(page(0, 1));
    for (const close of closers.splice(0)) close();
    expect(messageOf((await ask(gone.baseUrl)).outcome)).toContain('(ECONNREFUSED)');
  });

  it.each([
    ['a web page', text(200, '<!DOCTYPE html><html>Welcome</html>'), 'HTML'],
    [
      'a rejected token',
      text(401, acknowledgementXml(`Unauthorized: ${TOKEN}`)),
      'does not accept the token',
    ],
    [
      'another refusal',
      text(400, acknowledgementXml(`Bad request ${TOKEN}`)),
      'says: Bad request [token].',
    ],
    ['an encoded token', text(400, acknowledgementXml(encodeURIComponent(TOKEN))), '[token]'],
    ['a page that is gone', text(404, '<html>Not here</html>'), 'HTTP status 404'],
    ['a redirect', text(302, '', { location: 'http://127.0.0.1:1/internal' }), 'does not follow'],
    ['too much', text(200, 'x'.repeat(6 * 1024 * 1024)), 'more than 5 MB'],
    ['another zone', page(0, 1, '10YBE----------2'), 'answered for another zone'],
    ['half an answer', text(200, '<Publication_MarketDocument><mRID>1</mRID>'), 'cut off'],
  ])('says what is wrong with %s, once, without the token', async (_what, answer, message) => {
    const { baseUrl, asked } = await platform(answer);
    const { outcome, sleptMs } = await ask(baseUrl);
    expect(messageOf(outcome)).toContain(message);
    expect(asked).toHaveLength(1);
    expect(sleptMs).toEqual([]);
  });

  it('stops receiving a body without end', async () => {
    let closed: () => void = () => undefined;
    const whenClosed = new Promise<void>((resolve) => (closed = resolve));
    const endless: Answer = (response) => {
      const chunk = 'x'.repeat(256 * 1024);
      const send = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', send).on('close', () => closed());
      send();
    };
    const { baseUrl } = await platform(endless);
    expect(messageOf((await ask(baseUrl)).outcome)).toContain('more than 5 MB');
    await whenClosed;
  });

  it('does not ask without a token or for an impossible period', async () => {
    const { baseUrl, asked } = await platform(page(0, 1));
    expect(messageOf((await ask(baseUrl, { token: '' })).outcome)).toContain('no ENTSO-E token');
    const query = {
      baseUrl,
      token: TOKEN,
      zone,
      fetch: globalThis.fetch,
      sleep: () => Promise.resolve(),
    };
    const at = new Date('2026-01-01T00:00:00Z');
    await expect(fetchDayAhead({ ...query, fromAt: at, toAt: at })).rejects.toThrow(RangeError);
    await expect(
      fetchDayAhead({ ...query, fromAt: at, toAt: new Date('2027-02-01T00:00:00Z') }),
    ).rejects.toThrow(RangeError);
    expect(asked).toHaveLength(0);
  });
});
