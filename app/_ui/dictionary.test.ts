import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientWords } from '../_client/client-words.ts';
import { accessWords } from '../account/access-words.ts';
import { actionWords } from '../admin/action-words.ts';
import { adminWords } from '../admin/admin-words.ts';
import { noticeWords } from '../admin/notice-words.ts';
import { cityWords } from '../city/city-words.ts';
import { driverWords } from '../driver/driver-words.ts';
import { historyWords } from '../driver/history/history-words.ts';
import { settingsWords } from '../driver/settings/settings-words.ts';
import { storyWords } from '../driver/story-words.ts';
import { evidenceWords } from '../evidence/evidence-words.ts';
import { gridWords } from '../grid/grid-words.ts';
import { mspWords } from '../msp/msp-words.ts';
import { kerbWords } from '../q/kerb-words.ts';
import { setupWords } from '../setup/setup-words.ts';
import { limitWords } from './charts/limit-words.ts';
import type { Dictionary } from './dictionary.ts';
import { landing } from './landing/landing-words.ts';
import { switcherWords } from './landing/switcher-words.ts';
import { textFindings } from './text-rules.test-support.ts';
import { uiWords } from './ui-words.ts';
import { whatIfWords } from './what-if/what-if-words.ts';
import { words } from './words.ts';

const APP = path.join(import.meta.dirname, '..');
const sources = (await readdir(APP, { recursive: true }))
  .filter((name) => /\.tsx?$/.test(name) && !/[.](test|test-support)\.tsx?$/.test(name));
const isWords = (name: string) => /(^|[/-])words\.ts$/.test(name);

const english = {
  common: words,
  access: accessWords,
  actions: actionWords,
  admin: adminWords,
  city: cityWords,
  client: clientWords,
  driver: driverWords,
  evidence: evidenceWords,
  grid: gridWords,
  history: historyWords,
  kerb: kerbWords,
  landing,
  limits: limitWords,
  msp: mspWords,
  notices: noticeWords,
  ui: uiWords,
  settings: settingsWords,
  setup: setupWords,
  story: storyWords,
  switcher: switcherWords,
  whatIf: whatIfWords,
} satisfies Dictionary;

/** Stands for any value of a sentence: a text, or one that holds several by name. */
const ANY: unknown = new Proxy({}, { get: (_, key) => (key === Symbol.toPrimitive ? () => 'X' : 'X') });

/** Every text with where it stands; sentences with `X` for each of their values. */
function texts(value: unknown, at: string): [at: string, text: string][] {
  if (typeof value === 'string') return [[at, value]];
  if (typeof value === 'function') return [[at, value(...Array.from({ length: value.length }, () => ANY))]];
  return Object.entries(value as object).flatMap(([key, one]) => texts(one, `${at}.${key}`));
}

describe('the dictionary', () => {
  it('has every words module of the portal', async () => {
    const own = await readFile(path.join(APP, '_ui/dictionary.ts'), 'utf8');
    const missing = sources.filter((name) => isWords(name) && !own.includes(path.basename(name)));
    expect(missing).toEqual([]);
  });
  it('holds whole texts: none is empty, or begins or ends where another would go on', () => {
    const all = texts(english, 'english');
    expect(all.length).toBeGreaterThan(500);
    const pieces = all.filter(([, text]) => text !== text.trim() || /^[,.;:)]|^$/.test(text));
    expect(pieces).toEqual([]);
  });
  it('does not compile with a text left out, or with a text for a sentence', () => {
    const { ready, ...incomplete } = words;
    // @ts-expect-error: it lacks the sentences of `ready`.
    const left: Dictionary['common'] = incomplete;
    // @ts-expect-error: this one takes two values.
    const flat: Dictionary['client']['hoursAndMinutes'] = 'uur';
    const dutch: Dictionary['client'] = { ...clientWords, tomorrow: (time) => `morgen ${time}` };
    expect([left, flat, ready, dutch.tomorrow('8')]).toContain('morgen 8');
  });
});

describe('a text outside the dictionary', () => {
  const found = (source: string) =>
    textFindings(`import { w } from './x-words.ts';\n${source}`).map(({ rule }) => rule);

  it.each([
    'const a = <p>Ready soon</p>;',
    "const a = <p>{isOpen ? 'open' : null}</p>;",
    "const a = <p>{name ?? 'nobody'}</p>;",
    'const a = <p>{`${count} cars`}</p>;',
    'const a = <input placeholder="name" />;',
    "const a = <Notice title={isNew ? 'new' : w.old} />;",
    "const a = { text: 'The car is full.' };",
    'const a = `by ${time}`;',
  ])('is found: %s', (source) => {
    expect(found(source)).toContain('LITERAL');
  });
  it.each([
    "const a = w.ready + ' ' + time;",
    'const a = `${w.ready}: ${time}`;',
    'const { ready } = w;\nconst a = `${ready}: ${time}`;',
    'const a = <p>{w.ready} {time}</p>;',
    'const a = <p>{w.ready(one)}: {isLate ? w.late : time}</p>;',
  ])('joined of pieces is found: %s', (source) => {
    expect(found(source)).toContain('JOINED');
  });
  it.each([
    'const a = <p className="flex gap-2">{w.ready(time)}</p>;',
    'const a = <p>{isLate && w.late}</p>;',
    'const a = <p>{w.ready}<Link href="/driver">{w.open}</Link></p>;',
    "const a = <input type=\"time\" name='ready-by' aria-label={w.time} />;",
    'const a = <i key={`story ${id}`} />;',
  ])('is none: %s', (source) => {
    expect(found(source)).toEqual([]);
  });
  it('stands nowhere in the portal', async () => {
    const all: string[] = [];
    for (const name of sources.filter((each) => !isWords(each))) {
      const texts = textFindings(await readFile(path.join(APP, name), 'utf8'));
      all.push(...texts.map(({ line, rule, text }) => `${name}:${line} ${rule} ${text}`));
    }
    expect(all).toEqual([]);
  });
});
