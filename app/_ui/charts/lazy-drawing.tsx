'use client';

import { useEffect, useState } from 'react';
import type { ComponentType } from 'react';

type LazyArgs<Props> = {
  load: () => Promise<ComponentType<Props>>;
  Figure: ComponentType<Props>;
  testId: string;
};

/**
 * lazyDrawing shows the plain SVG at once and takes the chart library only when the page has nothing
 * better to do; where that fails, or on paper, the SVG stays.
 */
export function lazyDrawing<Props extends object>({ load, Figure, testId }: LazyArgs<Props>) {
  return function LazyDrawing(props: Props) {
    const [Drawing, setDrawing] = useState<ComponentType<Props> | null>(null);
    useEffect(() => {
      let gone = false;
      const take = () => {
        load().then(
          (Loaded) => {
            if (!gone) setDrawing(() => Loaded);
          },
          () => undefined,
        );
      };
      const idle =
        'requestIdleCallback' in window
          ? window.requestIdleCallback(take, { timeout: 2_000 })
          : null;
      const timer = idle === null ? setTimeout(take, 500) : null;
      return () => {
        gone = true;
        if (idle !== null) window.cancelIdleCallback(idle);
        if (timer !== null) clearTimeout(timer);
      };
    }, []);
    if (Drawing === null) return <Figure {...props} />;
    return (
      <>
        <div className="print:hidden" data-testid={testId}>
          <Drawing {...props} />
        </div>
        <div className="hidden print:block">
          <Figure {...props} />
        </div>
      </>
    );
  };
}
