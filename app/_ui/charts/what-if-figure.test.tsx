import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { madeUpFleet } from '#domain/planning/what-if/fleet.ts';
import { WHAT_IF_DEFAULTS } from '#domain/planning/what-if/settings.ts';
import { whatIf } from '#domain/planning/what-if/what-if.ts';
import { prepareWhatIf } from './prepare-what-if.ts';
import { WhatIfFigure, WhatIfKey } from './what-if-figure.tsx';

const settings = { ...WHAT_IF_DEFAULTS, cars: 100, limit: 120 };
const prepared = prepareWhatIf(whatIf(madeUpFleet(), settings));

describe('the what-if figure of first paint', () => {
  const html = renderToStaticMarkup(<WhatIfFigure prepared={prepared} label="A day" />);

  it('is an SVG with a name for those who do not see it, in local time', () => {
    expect(html).toContain('role="img" aria-label="A day"');
    expect(html).toContain('18:00');
    expect(html).toContain('Thu 19 Nov');
  });
  it('draws before dashed grey, after solid blue, the limit long-dashed, and the valley', () => {
    expect(html).toMatch(/stroke="var\(--chart-before\)"[^>]*stroke-dasharray="7 5"/);
    expect(html).toMatch(/stroke="var\(--chart-after\)"/);
    expect(html).toMatch(/stroke="var\(--chart-limit\)"[^>]*stroke-dasharray="12 5"/);
    expect(html).toContain('fill="var(--chart-valley)"');
    expect(html).toContain('cheapest 4 h');
  });
  it('has no limit where none is set', () => {
    const free = prepareWhatIf(whatIf(madeUpFleet(), { ...settings, limit: 0 }));
    expect(renderToStaticMarkup(<WhatIfFigure prepared={free} label="A day" />)).not.toContain(
      '--chart-limit',
    );
    expect(renderToStaticMarkup(<WhatIfKey prepared={free} />)).not.toContain('limit');
    expect(renderToStaticMarkup(<WhatIfKey prepared={prepared} />)).toContain('limit 120 kW');
  });
});
