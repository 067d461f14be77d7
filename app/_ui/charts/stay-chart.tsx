'use client';

import type { StayView } from '#domain/charging/stay-view.ts';
import { useId, useMemo } from 'react';
import { pricePerKwh } from '../../_client/format.ts';
import { words } from '../words.ts';
import { ChartKey } from './chart-key.tsx';
import { LazyStayDrawing } from './lazy-stay-drawing.tsx';
import type { Finding } from './prepare-stay.ts';
import { prepareStay } from './prepare-stay.ts';
import { StayTable } from './stay-table.tsx';

/** The chart is drawn anew at most this often (domain seconds are worth nothing to the eye). */
const STEP_S = 30;

/** The stay as a chart with its finding, its key, its table and its CSV. */
export function StayChart({ view, now }: { view: StayView; now: number }) {
  const titleId = useId();
  const drawnAt = Math.floor(now / STEP_S) * STEP_S;
  const stay = useMemo(() => prepareStay(view, Math.max(drawnAt, view.plugInAt)), [view, drawnAt]);
  return (
    <figure className="card flex flex-col gap-3" aria-labelledby={titleId}>
      <figcaption id={titleId} className="font-semibold leading-snug">
        {findingSentence(stay.finding)}
      </figcaption>
      <Key isAssumed={stay.withoutKind === 'ASSUMED'} hasPlan={stay.planned.length > 0} />
      <LazyStayDrawing stay={stay} zone={view.timeZone} label={words.chart.describe} />
      <p className="hint flex flex-wrap gap-x-3">
        {view.synthetic && <span>{words.synthetic}</span>}
        {stay.hasExpected && <span>{words.chart.expectedPrices}</span>}
      </p>
      <StayTable stay={stay} zone={view.timeZone} name={view.sessionId} />
    </figure>
  );
}

function findingSentence(finding: Finding): string {
  switch (finding.key) {
    case 'MOVES':
      return words.chart.findingMoves(
        pricePerKwh(finding.ticks),
        pricePerKwh(finding.withoutTicks),
      );
    case 'SAME':
      return words.chart.findingSame(pricePerKwh(finding.ticks));
    case 'UNKNOWN':
      return words.chart.findingUnknown;
    case 'NONE':
      return words.chart.findingNone;
  }
}

function Key({ isAssumed, hasPlan }: { isAssumed: boolean; hasPlan: boolean }) {
  const { measured, planned, without, withoutAssumed } = words.chart;
  return (
    <ChartKey
      entries={[
        { label: measured, mark: 'after' },
        ...(hasPlan ? [{ label: planned, mark: 'planned' as const }] : []),
        { label: isAssumed ? withoutAssumed : without, mark: 'before' },
      ]}
    />
  );
}
