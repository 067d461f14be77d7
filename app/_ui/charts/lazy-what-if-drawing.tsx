'use client';

import { lazyDrawing } from './lazy-drawing.tsx';
import { WhatIfFigure } from './what-if-figure.tsx';

/** The what-if: SVG first, recharts when the page is idle. */
export const LazyWhatIfDrawing = lazyDrawing({
  load: () => import('./what-if-drawing.tsx').then(({ WhatIfDrawing }) => WhatIfDrawing),
  Figure: WhatIfFigure,
  testId: 'what-if-drawing',
});
