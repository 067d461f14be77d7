import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { HOUR, PLUG_IN, stayView } from '#domain/charging/view.test-support.ts';
import { prepareStay } from './prepare-stay.ts';
import { StayFigure } from './stay-figure.tsx';

describe('the figure of first paint', () => {
  const view = stayView();
  const prices = [
    { startAt: PLUG_IN, seconds: 7_200, priceTicks: 15_000, kind: 'published' as const },
    { startAt: PLUG_IN + 8 * HOUR, seconds: 7_200, priceTicks: -2_500, kind: 'expected' as const },
  ];
  const without = [{ fromAt: PLUG_IN, toAt: PLUG_IN + 7_200, powerW: 11_000 }];
  const stay = prepareStay({ ...view, curve: { ...view.curve, prices, without } }, view.nowAt);
  const html = renderToStaticMarkup(<StayFigure stay={stay} zone={view.timeZone} label="A stay" />);

  it('is an SVG with a name for those who do not see it, in the site’s local time', () => {
    expect(html).toContain('role="img" aria-label="A stay"');
    expect(html).toContain('21:00');
    expect(html).toContain('tomorrow');
  });
  it('hatches expected prices, breaks the line where no price is known and shows prices below zero', () => {
    expect(html).toContain('url(#expected-price)');
    const [, steps = ''] = /<path d="(M[^"]*)" fill="none" stroke="var\(--chart-price\)"/.exec(html) ?? [];
    expect(steps.match(/M/g)).toHaveLength(2);
    expect(stay.price.min).toBeLessThan(0);
  });
  it('draws what would have been without Valley dashed', () => {
    expect(html).toMatch(/stroke="var\(--chart-before\)"[^>]*stroke-dasharray="7 5"/);
  });
});
