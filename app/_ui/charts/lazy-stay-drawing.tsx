'use client';

import { lazyDrawing } from './lazy-drawing.tsx';
import { StayFigure } from './stay-figure.tsx';

/** The stay: SVG first, recharts when the page is idle. */
export const LazyStayDrawing = lazyDrawing({
  load: () => import('./stay-drawing.tsx').then(({ StayDrawing }) => StayDrawing),
  Figure: StayFigure,
  testId: 'stay-drawing',
});
