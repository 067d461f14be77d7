'use client';

import { useEffect, useState } from 'react';
import type { ComponentType } from 'react';
import type { PreparedWhatIf } from './prepare-what-if.ts';
import { WhatIfFigure } from './what-if-figure.tsx';

type DrawingProps = { prepared: PreparedWhatIf; label: string };

/**
 * Shows the plain SVG at once and takes the chart library when the page has nothing better to do;
 * where that fails, or on paper, the SVG stays.
 */
export function LazyWhatIfDrawing(props: DrawingProps) {
  const [Drawing, setDrawing] = useState<ComponentType<DrawingProps> | null>(null);
  useEffect(() => {
    let gone = false;
    const load = () => {
      import('./what-if-drawing.tsx').then(
        ({ WhatIfDrawing }) => {
          if (!gone) setDrawing(() => WhatIfDrawing);
        },
        () => undefined,
      );
    };
    const idle =
      'requestIdleCallback' in window ? window.requestIdleCallback(load, { timeout: 2_000 }) : null;
    const timer = idle === null ? setTimeout(load, 500) : null;
    return () => {
      gone = true;
      if (idle !== null) window.cancelIdleCallback(idle);
      if (timer !== null) clearTimeout(timer);
    };
  }, []);
  if (Drawing === null) return <WhatIfFigure {...props} />;
  return (
    <>
      <div className="print:hidden" data-testid="what-if-drawing">
        <Drawing {...props} />
      </div>
      <div className="hidden print:block">
        <WhatIfFigure {...props} />
      </div>
    </>
  );
}
