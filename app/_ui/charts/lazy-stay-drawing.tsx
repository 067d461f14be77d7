'use client';

import { useEffect, useState } from 'react';
import type { ComponentType } from 'react';
import type { PreparedStay } from './prepare-stay.ts';
import { StayFigure } from './stay-figure.tsx';

type DrawingProps = { stay: PreparedStay; zone: string; label: string };

/**
 * Shows the plain SVG at once and takes the chart library only when the page has nothing better to
 * do; where that fails, or on paper, the SVG stays.
 */
export function LazyStayDrawing(props: DrawingProps) {
  const [Drawing, setDrawing] = useState<ComponentType<DrawingProps> | null>(null);
  useEffect(() => {
    let gone = false;
    const load = () => {
      import('./stay-drawing.tsx').then(
        ({ StayDrawing }) => {
          if (!gone) setDrawing(() => StayDrawing);
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
  if (Drawing === null) return <StayFigure {...props} />;
  return (
    <>
      <div className="print:hidden" data-testid="stay-drawing">
        <Drawing {...props} />
      </div>
      <div className="hidden print:block">
        <StayFigure {...props} />
      </div>
    </>
  );
}
