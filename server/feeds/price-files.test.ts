import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { a44Xml } from './a44-fixture.ts';
import { MAX_XML_BYTES } from './entsoe-envelope.ts';
import { printPriceRows, readPriceFile } from './price-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'valley-price-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function document(amount: number, createdAt: string, zone = '10YNL----------L'): string {
  const period = {
    start: '2026-01-05T00:00Z',
    end: '2026-01-05T02:00Z',
    points: [[1, amount]] as const,
  };
  return a44Xml({ createdAt, series: [{ zone, periods: [period] }] });
}

async function printed(...paths: string[]): Promise<string[]> {
  const files = await Promise.all(paths.map(readPriceFile));
  let text = '';
  printPriceRows(files, { write: (part) => (text += part) });
  expect(text.endsWith('\n')).toBe(true);
  return text.trimEnd().split('\n');
}

describe('readPriceFile', () => {
  it('tells XML and CSV apart by content, whatever the name', async () => {
    const xml = await readPriceFile(
      written('xml.csv', `\uFEFF\n${document(5, '2026-01-04T12:00:00Z')}`),
    );
    expect(xml).toMatchObject({
      format: 'entsoe-a44',
      biddingZone: '10YNL----------L',
      publishedAt: new Date('2026-01-04T12:00:00Z'),
      documentId: 'made-up-1',
      revision: 1,
    });
    const csv = await readPriceFile(
      written('csv.xml', 'start_utc,price_eur_mwh\n2026-01-05T00:00Z,5\n2026-01-05T01:00Z,5\n'),
    );
    expect(csv).toMatchObject({ format: 'csv', biddingZone: null, publishedAt: null });
    expect(csv.intervals).toEqual(xml.intervals);
  });

  it.each([
    ['an empty file', '', 'The file is empty'],
    ['prose', 'Dear reader\n', 'neither an ENTSO-E price document'],
    ['another table', 'name,age\nA,1\n', 'must name the columns start_utc'],
    ['an archive', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 'not UTF-8'],
    ['Latin-1', Buffer.from('<a>\u00e9</a>', 'latin1'), 'not UTF-8'],
    ['too much', `<a>${'x'.repeat(MAX_XML_BYTES)}</a>`, 'larger than 5 MB'],
  ])('refuses %s, naming the path', async (_what, content, message) => {
    const path = written('refused', content);
    await expect(readPriceFile(path)).rejects.toThrow(`${path}: `);
    await expect(readPriceFile(path)).rejects.toThrow(message);
    await expect(readPriceFile(path)).rejects.toHaveProperty('name', 'PriceFeedError');
  });

  it('says that a file is not there or is a folder', async () => {
    await expect(readPriceFile(join(folder, 'gone'))).rejects.toThrow('There is no such file.');
    await expect(readPriceFile(folder)).rejects.toThrow('This is a folder');
  });
});

describe('printPriceRows', () => {
  it('prints exact decimals with at least one digit in ascending order', async () => {
    const path = written(
      'some.csv',
      'start_utc,resolution_min,price_eur_mwh\n2026-01-05T01:00Z,15,-0.190\n' +
        '2026-01-05T00:00Z,60,33.00\n2026-01-05T01:15Z,15,55.35\n2026-01-05T01:30Z,15,84.1\n',
    );
    expect(await printed(path)).toEqual([
      'start_utc,resolution_min,price_eur_mwh',
      '2026-01-05T00:00:00Z,60,33.0',
      '2026-01-05T01:00:00Z,15,-0.19',
      '2026-01-05T01:15:00Z,15,55.35',
      '2026-01-05T01:30:00Z,15,84.1',
    ]);
  });

  it('prints an interval of one zone once, as published last', async () => {
    const newer = written('newer.xml', document(7, '2026-01-04T13:00:00Z'));
    const older = written('older.xml', document(5, '2026-01-04T12:00:00Z'));
    const rows = ['2026-01-05T00:00:00Z,60,7.0', '2026-01-05T01:00:00Z,60,7.0'];
    expect((await printed(newer, older)).slice(1)).toEqual(rows);
    expect((await printed(older, newer)).slice(1)).toEqual(rows);
  });

  it('prints the same interval of two zones twice', async () => {
    const nl = written('nl.xml', document(7, '2026-01-04T13:00:00Z'));
    const be = written('be.xml', document(5, '2026-01-04T12:00:00Z', '10YBE----------2'));
    expect((await printed(nl, be)).slice(1).map((row) => row.split(',')[2])).toEqual([
      '7.0',
      '7.0',
      '5.0',
      '5.0',
    ]);
  });

  it('prints long files whole', async () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => {
      const at = new Date(Date.UTC(2026, 0, 1) + index * 900_000).toISOString();
      return `${at},${index}`;
    });
    const path = written('long.csv', `start_utc,price_eur_mwh\n${lines.join('\n')}\n`);
    expect(await printed(path)).toHaveLength(2_501);
  });
});
