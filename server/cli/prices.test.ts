import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { a44Xml, acknowledgementXml } from '../feeds/a44-fixture.ts';
import { runPrices } from './prices.ts';

const folder = mkdtempSync(join(tmpdir(), 'valley-prices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const period = {
  start: '2026-01-05T00:00Z',
  end: '2026-01-05T02:00Z',
  points: [[1, 8.5]] as const,
};
const xml = written('good.xml', a44Xml({ series: [{ periods: [period] }] }));
const csv = written(
  'good.csv',
  'start_utc,price_eur_mwh\n2026-01-05T00:00Z,1\n2026-01-05T00:15Z,2\n',
);

async function run(...argv: string[]) {
  const stored: [path: string, zone: string][] = [];
  let [stdout, stderr] = ['', ''];
  const code = await runPrices(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    importer: (file, zone) => {
      stored.push([file.path, zone.code]);
      return Promise.resolve({ added: file.intervals.length, revised: 0, unchanged: 0 });
    },
  });
  return { code, stdout, stderr, stored };
}

describe('npm run prices', () => {
  it('prints with --print and stores nothing', async () => {
    expect(await run(xml, '--print')).toEqual({
      code: 0,
      stdout:
        'start_utc,resolution_min,price_eur_mwh\n' +
        '2026-01-05T00:00:00Z,60,8.5\n2026-01-05T01:00:00Z,60,8.5\n',
      stderr: '',
      stored: [],
    });
  });

  it('imports files of both kinds and says what was new', async () => {
    const { code, stdout, stored } = await run(xml, csv, '--zone', 'nl');
    expect(code).toBe(0);
    expect(stored).toEqual([
      [xml, 'NL'],
      [csv, 'NL'],
    ]);
    expect(stdout).toBe(
      `${xml}: NL, 2 prices: 2 new, 0 revised, 0 already there.\n` +
        `${csv}: NL, 2 prices: 2 new, 0 revised, 0 already there.\n`,
    );
  });

  it.each([
    ['an acknowledgement', written('ack.xml', acknowledgementXml('No matching data found'))],
    ['a web page', written('page.xml', '<!DOCTYPE html><html></html>')],
    ['a file cut off', written('cut.xml', readFileSync(xml, 'utf8').slice(0, 700))],
    [
      'an entity bomb',
      written('bomb.xml', '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'),
    ],
    ['a file that is not there', join(folder, 'gone.xml')],
    ['JSON', written('some.json', '{}')],
  ])('ends on %s with 1, one sentence and nothing on stdout', async (_what, path) => {
    for (const argv of [
      [path, '--print'],
      [xml, path, '--print'],
      [xml, path],
    ]) {
      const { code, stdout, stderr, stored } = await run(...argv);
      expect({ code, stdout, stored }).toEqual({ code: 1, stdout: '', stored: [] });
      expect(stderr).toMatch(/^[^\n]+[.]\n$/);
      expect(stderr).toContain(path);
    }
  });

  it.each([
    ['without a file', [], 'Name at least one file'],
    ['with an unknown option', [xml, '--pint'], '--pint'],
    ['with an unknown zone', [xml, '--zone', 'XX'], 'There is no bidding zone "XX"'],
    ['with a CSV file of no zone', [xml, csv], 'Say which bidding zone it is'],
    ['with a zone other than the document’s', [xml, '--zone', 'BE'], 'for NL, not BE'],
  ])('ends %s with 1, one sentence and nothing stored', async (_what, argv, message) => {
    const { code, stdout, stderr, stored } = await run(...argv);
    expect({ code, stdout, stored }).toEqual({ code: 1, stdout: '', stored: [] });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('explains itself with --help', async () => {
    expect((await run('--help')).stdout).toContain('npm run prices -- FILE...');
  });
});

const DATA = resolve(process.env['VALLEY_DATA'] ?? '../shared/data', 'entsoe_xml');
const isThere = existsSync(DATA);
const title = isThere
  ? 'the real documents'
  : `the real documents (skipped: ${DATA}; set VALLEY_DATA)`;

describe.skipIf(!isThere)(title, () => {
  const names = isThere ? readdirSync(join(DATA, 'expected')) : [];

  it.each(names)('%s is printed row by row', async (name) => {
    const { code, stdout } = await run(join(DATA, `${basename(name, '.csv')}.xml`), '--print');
    const numbers = (row: string) => {
      const [start, resolution, price] = row.split(',');
      return [start, Number(resolution), Number(price)];
    };
    const expected = readFileSync(join(DATA, 'expected', name), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').slice(1).map(numbers)).toEqual(expected.map(numbers));
  });

  it('that only acknowledges ends with 1 and its reason', async () => {
    const { code, stdout, stderr } = await run(
      join(DATA, 'real_ack_invalid_request.xml'),
      '--print',
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('No matching data found');
  });
});
