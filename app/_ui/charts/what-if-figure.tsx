import { QUARTER_S } from '#domain/time/instant.ts';
import { powerText } from '../what-if/what-if-texts.ts';
import { whatIfWords } from '../what-if/what-if-words.ts';
import { ChartKey, ValleyKey } from './chart-key.tsx';
import { Panel, scaleOf, stepPath, Stroke, TimeAxis, UNIT } from './figure-parts.tsx';
import type { PreparedWhatIf, WhatIfPoint } from './prepare-what-if.ts';

const w = whatIfWords.chart;
type FigureProps = { prepared: PreparedWhatIf; label: string };

/** The chart without a chart library: for the first paint and for paper. */
export function WhatIfFigure({ prepared, label }: FigureProps) {
  const { points, limitW, power, price } = prepared;
  const [ofPower, ofPrice] = [scaleOf(prepared, power), scaleOf(prepared, price)];
  const stepsOf = (valueOf: (point: WhatIfPoint) => number) =>
    points.map((point) => ({
      fromAt: point.at,
      toAt: point.at + QUARTER_S,
      value: valueOf(point),
    }));
  const before = stepPath(stepsOf(({ beforeW }) => beforeW), ofPower, 'GAP');
  const after = stepPath(stepsOf(({ afterW }) => afterW), ofPower, 'GAP');
  const prices = stepPath(stepsOf(({ priceTicks }) => priceTicks), ofPrice, 'GAP');
  return (
    <div role="img" aria-label={label} className="flex flex-col gap-1 text-xs text-soft">
      <span>{w.power}</span>
      <Panel frame={prepared} scale={ofPower} axis={power} heightClass="h-56">
        <path d={`${after}V${UNIT}H0Z`} fill="var(--chart-after)" fillOpacity="0.25" />
        <Stroke path={after} stroke="var(--chart-after)" />
        <Stroke path={before} stroke="var(--chart-before)" dash="7 5" />
        {limitW !== null && limitW <= power.max && (
          <Stroke path={`M0 ${ofPower.y(limitW)}H${UNIT}`} stroke="var(--chart-limit)" dash="12 5" />
        )}
      </Panel>
      <span className="flex justify-between gap-2">
        <span>{w.price}</span>
        {points.length > 0 && <ValleyKey label={w.valley} />}
      </span>
      <Panel frame={prepared} scale={ofPrice} axis={price} heightClass="h-28">
        <Stroke path={prices} stroke="var(--chart-price)" />
      </Panel>
      <TimeAxis frame={prepared} zone={prepared.timeZone} scale={ofPrice} />
    </div>
  );
}

/** What the lines mean, beside them. */
export function WhatIfKey({ prepared: { limitW } }: { prepared: PreparedWhatIf }) {
  return (
    <ChartKey
      entries={[
        { label: w.before, mark: 'before' },
        { label: w.after, mark: 'afterLine' },
        ...(limitW === null ? [] : [{ label: w.limit(powerText(limitW)), mark: 'limit' as const }]),
      ]}
    />
  );
}
