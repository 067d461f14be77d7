import type { ReactNode } from 'react';
import { powerText } from '../what-if/what-if-texts.ts';
import { whatIfWords } from '../what-if/what-if-words.ts';
import type { Axis } from './axis-steps.ts';
import { midnights, timeTicks } from './axis-time.ts';
import type { PreparedWhatIf, WhatIfPoint } from './prepare-what-if.ts';

const UNIT = 1_000;
/** Labels stand beside the stretched SVG, so that letters keep their size on every screen. */
const TIME_LABELS = 5;

type FigureProps = { prepared: PreparedWhatIf; label: string };

/** The chart without a chart library: for the first paint and for paper. */
export function WhatIfFigure({ prepared, label }: FigureProps) {
  const { points, limitW, power, price } = prepared;
  const before = stepPath(prepared, { of: ({ beforeW }) => beforeW, axis: power });
  const after = stepPath(prepared, { of: ({ afterW }) => afterW, axis: power });
  const limitY = limitW === null || limitW > power.max ? null : yOf(power, limitW);
  return (
    <div role="img" aria-label={label} className="flex flex-col gap-1 text-xs text-soft">
      <span>{whatIfWords.chart.power}</span>
      <Panel prepared={prepared} axis={power} heightClass="h-56">
        <path d={`${after}V${UNIT}H0Z`} fill="var(--chart-after)" fillOpacity="0.25" />
        <Line path={after} stroke="var(--chart-after)" dash="" />
        <Line path={before} stroke="var(--chart-before)" dash="7 5" />
        {limitY !== null && (
          <Line path={`M0 ${limitY}H${UNIT}`} stroke="var(--chart-limit)" dash="12 5" />
        )}
      </Panel>
      <span className="flex justify-between gap-2">
        <span>{whatIfWords.chart.price}</span>
        {points.length > 0 && <ValleyKey />}
      </span>
      <Panel prepared={prepared} axis={price} heightClass="h-28">
        <Line
          path={stepPath(prepared, { of: ({ priceTicks }) => priceTicks, axis: price })}
          stroke="var(--chart-price)"
          dash=""
        />
      </Panel>
      <TimeLabels prepared={prepared} />
    </div>
  );
}

/** What the lines mean, beside them. */
export function WhatIfKey({ prepared }: { prepared: PreparedWhatIf }) {
  const { chart } = whatIfWords;
  const entries = [
    { label: chart.before, line: 'border-t-2 border-dashed border-(--chart-before)' },
    { label: chart.after, line: 'border-t-2 border-(--chart-after)' },
    ...(prepared.limitW === null
      ? []
      : [
          {
            label: chart.limit(powerText(prepared.limitW)),
            line: 'border-t-2 border-dashed border-(--chart-limit)',
          },
        ]),
  ];
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-soft">
      {entries.map(({ label, line }) => (
        <li key={line} className="inline-flex items-center gap-2">
          <span aria-hidden="true" className={`inline-block w-6 ${line}`} />
          {label}
        </li>
      ))}
    </ul>
  );
}

export function ValleyKey() {
  return (
    <span className="inline-flex items-center gap-1">
      <span
        aria-hidden="true"
        className="inline-block h-3 w-4 rounded-sm border border-edge bg-(--chart-valley)/30"
      />
      {whatIfWords.chart.valley}
    </span>
  );
}

function yOf({ min, max }: Axis, value: number): number {
  return Math.round((1 - (value - min) / (max - min)) * UNIT * 10) / 10;
}

function xOf({ fromAt, toAt }: PreparedWhatIf, at: number): number {
  return Math.round(((at - fromAt) / (toAt - fromAt)) * UNIT * 10) / 10;
}

/** A line that holds each quarter's value until the next. */
function stepPath(
  prepared: PreparedWhatIf,
  { of, axis }: { of: (point: WhatIfPoint) => number; axis: Axis },
): string {
  const steps = prepared.points.map(
    (point, index) => `${index === 0 ? 'M0 ' : 'V'}${yOf(axis, of(point))}H${xOf(prepared, point.at + 900)}`,
  );
  return steps.join('');
}

function Line({ path, stroke, dash }: { path: string; stroke: string; dash: string }) {
  return (
    <path
      d={path}
      fill="none"
      stroke={stroke}
      strokeWidth={2}
      strokeDasharray={dash}
      vectorEffect="non-scaling-stroke"
    />
  );
}

type PanelProps = {
  prepared: PreparedWhatIf;
  axis: Axis;
  heightClass: string;
  children: ReactNode;
};

function Panel({ prepared, axis, heightClass, children }: PanelProps) {
  return (
    <div className={`relative ml-10 ${heightClass}`} aria-hidden="true">
      <svg
        viewBox={`0 0 ${UNIT} ${UNIT}`}
        preserveAspectRatio="none"
        className="absolute inset-0 h-full w-full overflow-visible"
      >
        {prepared.valleys.map(({ fromAt, toAt }) => (
          <rect
            key={fromAt}
            x={xOf(prepared, fromAt)}
            width={xOf(prepared, toAt) - xOf(prepared, fromAt)}
            y={0}
            height={UNIT}
            fill="var(--chart-valley)"
            fillOpacity="var(--chart-valley-opacity)"
          />
        ))}
        {axis.ticks.map((tick) => (
          <line
            key={tick}
            x1={0}
            x2={UNIT}
            y1={yOf(axis, tick)}
            y2={yOf(axis, tick)}
            vectorEffect="non-scaling-stroke"
            stroke={tick === 0 ? 'var(--edge)' : 'var(--chart-grid)'}
          />
        ))}
        {children}
      </svg>
      {axis.ticks.map((tick) => (
        <span
          key={tick}
          className="absolute -left-10 w-9 -translate-y-1/2 text-right tabular-nums"
          style={{ top: `${yOf(axis, tick) / 10}%` }}
        >
          {tick / 1_000}
        </span>
      ))}
    </div>
  );
}

function TimeLabels({ prepared }: { prepared: PreparedWhatIf }) {
  const { timeZone, toAt } = prepared;
  return (
    <div className="relative ml-10 h-9 tabular-nums" aria-hidden="true">
      {timeTicks(prepared, timeZone, TIME_LABELS).map(({ at, label }) => (
        <span
          key={at}
          className="absolute -translate-x-1/2"
          style={{ left: `${xOf(prepared, at) / 10}%` }}
        >
          {label}
        </span>
      ))}
      {midnights(prepared, timeZone, toAt).map(({ at, label }) => (
        <span
          key={at}
          className="absolute top-4 -translate-x-1/2 font-semibold"
          style={{ left: `${xOf(prepared, at) / 10}%` }}
        >
          {label}
        </span>
      ))}
    </div>
  );
}
