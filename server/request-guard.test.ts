import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isForeign } from './request-guard.ts';

const site = 'https://valley.example.org';
const cases: [
  string,
  { method: string; origin?: string; host?: string; authorization?: string },
  string | undefined,
  boolean,
][] = [
  ['a change from our own page passes', { method: 'POST', origin: site }, site, false],
  [
    'a change from another site is refused',
    { method: 'POST', origin: 'https://evil.example' },
    site,
    true,
  ],
  ['a change without an origin is refused', { method: 'POST' }, site, true],
  ['a change with the origin “null” is refused', { method: 'DELETE', origin: 'null' }, site, true],
  [
    'a change over http to an https site is refused',
    { method: 'POST', origin: 'http://valley.example.org' },
    site,
    true,
  ],
  [
    'a change with a key of its own and without an origin passes: no browser adds one by itself',
    { method: 'POST', authorization: 'Bearer key' },
    site,
    false,
  ],
  [
    'a change with a key from another site’s page is refused',
    { method: 'POST', authorization: 'Bearer key', origin: 'https://evil.example' },
    site,
    true,
  ],
  ['a read without an origin passes', { method: 'GET' }, site, false],
  [
    'a read by another site’s script is refused',
    { method: 'GET', origin: 'https://evil.example' },
    site,
    true,
  ],
  [
    'without a configured address ours is the host asked for',
    { method: 'POST', origin: 'http://localhost:3000', host: 'localhost:3000' },
    undefined,
    false,
  ],
  [
    'and no other port of it',
    { method: 'POST', origin: 'http://localhost:3001', host: 'localhost:3000' },
    undefined,
    true,
  ],
];

describe('isForeign', () => {
  it.each(cases)('%s', (_title, { method, ...headers }, siteUrl, expected) => {
    expect(isForeign({ method, headers } as unknown as IncomingMessage, siteUrl)).toBe(expected);
  });
});
