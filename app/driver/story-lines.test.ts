import { describe, expect, it } from 'vitest';
import { HOUR, PLUG_IN } from '#domain/charging/view.test-support.ts';
import { lineOf } from './story-lines.ts';

const telling = { zone: 'Europe/Amsterdam', now: PLUG_IN + 2 * HOUR };

describe('a line of the story', () => {
  it('tells why a plan was made, what it changed, and what the station said', () => {
    const line = lineOf(
      {
        kind: 'PLAN',
        at: PLUG_IN + HOUR,
        version: 3,
        reason: 'PRICES_PUBLISHED',
        changes: [
          { key: 'READY', at: PLUG_IN + 10 * HOUR, before: PLUG_IN + 5 * HOUR },
          { key: 'CASHBACK', micro: '820000', before: '700000' },
        ],
        answer: { state: 'ACCEPTED', answeredAt: PLUG_IN + HOUR },
      },
      telling,
    );
    expect(line).toEqual({
      title: 'New prices were published.',
      details: [
        'Ready tomorrow 04:00 instead of 23:00.',
        'Expected cashback €0.82 instead of €0.70.',
        'The station accepted it.',
        'Plan 3',
      ],
    });
  });
  it('tells who tapped charge now', () => {
    const tap = { kind: 'PRIORITY_ON' as const, at: PLUG_IN };
    expect(lineOf({ ...tap, by: 'QR' }, telling).title).toContain('at the charging point');
    expect(lineOf({ ...tap, by: 'DRIVER' }, telling).title).toBe('You asked to charge now.');
  });
  it('tells whose wish it was', () => {
    const wish = { kind: 'WISH' as const, at: PLUG_IN, energyMilliWh: 18_000_000 };
    expect(lineOf({ ...wish, source: 'REPEATING', readyByAt: PLUG_IN + 13 * HOUR }, telling)).toEqual({
      title: 'Your weekly wish for that day was taken.',
      details: ['Ready by tomorrow 07:00.', '18.0 kWh in all.'],
    });
    const guess = { ...wish, source: 'HISTORY' as const, energyMilliWh: null };
    expect(lineOf({ ...guess, readyByAt: PLUG_IN + 13 * HOUR }, telling).details).toEqual([
      'You usually stay until tomorrow 07:00 or longer.',
    ]);
    expect(lineOf({ ...wish, source: 'MSP', readyByAt: null }, telling).details).toContain(
      'No time was asked for.',
    );
  });
});
