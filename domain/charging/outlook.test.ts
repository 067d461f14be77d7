import { describe, expect, it } from 'vitest';
import { outlookAt } from './outlook.ts';
import type { PricePoint } from './stay-view.ts';
import { HOUR, PLUG_IN } from './view.test-support.ts';

const zone = 'Europe/Amsterdam';
/** 18:00 to 07:00 and beyond, an hour each; from the sixth hour on three are cheap. */
const night = (): PricePoint[] =>
  Array.from({ length: 20 }, (_, hour) => ({
    startAt: PLUG_IN + hour * HOUR,
    seconds: HOUR,
    priceTicks: [6, 7, 9].includes(hour) ? 1_000 : 20_000 + hour,
    kind: 'published',
  }));

describe('the outlook at a charging point', () => {
  it('names the cheapest hours until seven, joined where they touch', () => {
    expect(outlookAt(night(), PLUG_IN, zone)).toEqual({
      key: 'CHEAPEST',
      untilAt: PLUG_IN + 13 * HOUR,
      spans: [
        { fromAt: PLUG_IN + 6 * HOUR, toAt: PLUG_IN + 8 * HOUR },
        { fromAt: PLUG_IN + 9 * HOUR, toAt: PLUG_IN + 10 * HOUR },
      ],
    });
  });
  it('is unknown where a price until then is missing or only expected', () => {
    const gap = night().filter((_, hour) => hour !== 4);
    expect(outlookAt(gap, PLUG_IN, zone)).toEqual({ key: 'UNKNOWN' });
    const guessed = night().map((point, hour) =>
      hour === 12 ? { ...point, kind: 'expected' as const } : point,
    );
    expect(outlookAt(guessed, PLUG_IN, zone)).toEqual({ key: 'UNKNOWN' });
    expect(outlookAt([], PLUG_IN, zone)).toEqual({ key: 'UNKNOWN' });
  });
});
