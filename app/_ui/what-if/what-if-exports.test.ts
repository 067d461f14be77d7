import { describe, expect, it } from 'vitest';
import { madeUpFleet } from '#domain/planning/what-if/fleet.ts';
import { WHAT_IF_DEFAULTS } from '#domain/planning/what-if/settings.ts';
import { whatIf } from '#domain/planning/what-if/what-if.ts';
import { prepareWhatIf } from '../charts/prepare-what-if.ts';
import { whatIfCsv, whatIfSvg } from './what-if-exports.ts';
import { figureRows, findingText, payoutRows } from './what-if-texts.ts';

const settings = { ...WHAT_IF_DEFAULTS, cars: 100, limit: 120 };
const prepared = prepareWhatIf(whatIf(madeUpFleet(), settings));
const exported = { prepared, settings, day: null };

describe('the CSV', () => {
  const lines = whatIfCsv(exported).split('\n');
  const notes = lines.filter((line) => line.startsWith('#'));
  const rows = lines.filter((line) => line !== '' && !line.startsWith('#'));

  it('says how it was computed, that it is made up, and which link makes it again', () => {
    expect(notes[0]).toContain('proven least cost');
    expect(notes).toContain('# Synthetic: cars and prices are made up.');
    expect(notes).toContain('# /what-if?cars=100&limit=120');
  });
  it('has each quarter once, in UTC, with the energy of the answer', () => {
    expect(rows[0]).toBe('start_utc,before_w,after_w,limit_w,price_eur_mwh');
    expect(rows[1]).toMatch(/^2026-11-18T11:00:00Z,\d+,\d+,120000,70\.89$/);
    expect(rows).toHaveLength(prepared.points.length + 1);
    const afterWh = rows.slice(1).reduce((sum, row) => sum + Number(row.split(',')[2]) / 4, 0);
    expect(afterWh).toBe(prepared.after.energyWh);
  });
});

describe('the picture', () => {
  const svg = whatIfSvg(exported);
  it('is well-formed, in colours of its own, with the finding and the method', () => {
    expect(svg).toMatch(/^<svg [^>]*width="1200" height="900".*<\/svg>$/s);
    expect(svg).not.toContain('var(--');
    expect(svg).toContain('The limit is kept');
    expect(svg).toContain('Valley what-if.');
    expect(svg.match(/<text /g)?.length).toBe(svg.match(/<\/text>/g)?.length);
    expect(svg).not.toMatch(/&(?!amp;|lt;)/);
  });
});

describe('the texts', () => {
  it('say less, more and the same in words', () => {
    const shaped = { key: 'SHAPES', beforeW: 90_000, afterW: 80_000 } as const;
    expect(findingText({ ...shaped, savedPct: 12.34 })).toContain('12.3 % less');
    expect(findingText({ ...shaped, savedPct: -3 })).toContain('3.0 % more');
    expect(findingText({ ...shaped, savedPct: 0.01 })).toContain('as much as before');
    expect(findingText({ ...shaped, savedPct: null })).toContain('as much as before');
  });
  it('give every figure its unit on both sides', () => {
    for (const { before, after } of figureRows(prepared)) {
      for (const cell of [before, after]) expect(cell).toMatch(/€|kWh|kW|%|never/);
    }
  });
  it('name everybody who gets a part, Valley included', () => {
    const labels = payoutRows(prepared).map(({ label }) => label);
    expect(labels).toEqual(
      expect.arrayContaining([
        'Cashback to drivers',
        'Mobility provider',
        'Charging station operator',
        'Valley',
        'One more kW of limit, all day',
      ]),
    );
  });
});
