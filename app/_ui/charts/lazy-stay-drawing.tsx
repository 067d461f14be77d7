'use client';

import { StayFigure } from './stay-figure.tsx';
import type { PreparedStay } from './prepare-stay.ts';

type DrawingProps = { stay: PreparedStay; zone: string; label: string };

export function LazyStayDrawing(props: DrawingProps) {
  return <StayFigure {...props} />;
}
