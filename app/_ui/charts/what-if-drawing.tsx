'use client';

import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { clockTime, pricePerKwh } from '../../_client/format.ts';
import { powerText } from '../what-if/what-if-texts.ts';
import { whatIfWords } from '../what-if/what-if-words.ts';
import { midnights, timeTicks } from './axis-time.ts';
import type { PreparedWhatIf, WhatIfPoint } from './prepare-what-if.ts';
import { ValleyKey } from './what-if-figure.tsx';

type DrawingProps = { prepared: PreparedWhatIf; label: string };

const MARGIN = { top: 6, right: 4, bottom: 0, left: 0 };
const AXIS_WIDTH = 40;
const POWER_HEIGHT = 224;
const PRICE_HEIGHT = 148;
const TIME_LABELS = 5;
const tick = { fill: 'var(--soft)', fontSize: 12 };
const sync = { syncId: 'what-if', syncMethod: 'value', margin: MARGIN } as const;
const step = { type: 'stepAfter', isAnimationActive: false } as const;
const line = { ...step, dot: false, strokeWidth: 2 } as const;

/** The what-if drawn by recharts: values at the pointer or by arrow keys. What is drawn is prepared. */
export function WhatIfDrawing(props: DrawingProps) {
  const { points, toAt } = props.prepared;
  const last = points.at(-1);
  // The last quarter lasts until its end.
  const data = last === undefined ? [] : [...points, { ...last, at: toAt }];
  return (
    <div className="flex flex-col gap-1 text-xs text-soft">
      <span aria-hidden="true">{whatIfWords.chart.power}</span>
      <PowerPanel {...props} data={data} />
      <span aria-hidden="true" className="flex justify-between gap-2">
        <span>{whatIfWords.chart.price}</span>
        <ValleyKey />
      </span>
      <PricePanel {...props} data={data} />
    </div>
  );
}

type PanelProps = DrawingProps & { data: WhatIfPoint[] };

function PowerPanel({ prepared, label, data }: PanelProps) {
  const { power, limitW } = prepared;
  return (
    <ResponsiveContainer width="100%" height={POWER_HEIGHT}>
      <ComposedChart data={data} {...sync} title={whatIfWords.chart.power} desc={label}>
        <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
        {valleyAreas(prepared)}
        <XAxis {...timeAxis(prepared)} hide />
        <YAxis
          width={AXIS_WIDTH}
          domain={[power.min, power.max]}
          ticks={power.ticks}
          tick={tick}
          stroke="var(--edge)"
          tickFormatter={thousandth}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--ink)' }}
          content={<Reading zone={prepared.timeZone} />}
        />
        <Area
          {...step}
          dataKey="afterW"
          stroke="var(--chart-after)"
          strokeWidth={2}
          fill="var(--chart-after)"
          fillOpacity={0.25}
          activeDot={false}
        />
        <Line {...line} dataKey="beforeW" stroke="var(--chart-before)" strokeDasharray="7 5" />
        {limitW !== null && limitW <= power.max && (
          <ReferenceLine
            y={limitW}
            stroke="var(--chart-limit)"
            strokeWidth={2}
            strokeDasharray="12 5"
          />
        )}
        {largestLine(prepared)}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

function PricePanel({ prepared, label, data }: PanelProps) {
  const { price } = prepared;
  return (
    <ResponsiveContainer width="100%" height={PRICE_HEIGHT}>
      <ComposedChart data={data} {...sync} title={whatIfWords.chart.price} desc={label}>
        <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
        {valleyAreas(prepared)}
        <XAxis {...timeAxis(prepared)} height={24} />
        <YAxis
          width={AXIS_WIDTH}
          domain={[price.min, price.max]}
          ticks={price.ticks}
          tick={tick}
          stroke="var(--edge)"
          tickFormatter={thousandth}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--ink)' }}
          content={<Reading zone={prepared.timeZone} />}
        />
        <Line {...line} dataKey="priceTicks" stroke="var(--chart-price)" />
        {midnights(prepared, prepared.timeZone, prepared.toAt).map(({ at, label: value }) => (
          <ReferenceLine
            key={at}
            x={at}
            stroke="var(--edge)"
            strokeDasharray="1 3"
            label={{ value, position: 'insideBottomLeft', fill: 'var(--soft)', fontSize: 12 }}
          />
        ))}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

function timeAxis(prepared: PreparedWhatIf) {
  const { fromAt, toAt, timeZone } = prepared;
  return {
    dataKey: 'at',
    type: 'number',
    domain: [fromAt, toAt],
    allowDataOverflow: true,
    ticks: timeTicks(prepared, timeZone, TIME_LABELS).map(({ at }) => at),
    tick,
    stroke: 'var(--edge)',
    tickFormatter: (at: number) => clockTime(at, timeZone),
  } as const;
}

/** W as kW, and ticks of EUR 0.01/MWh as ct/kWh. */
function thousandth(value: number): string {
  return String(value / 1000);
}

function valleyAreas({ valleys }: PreparedWhatIf) {
  return valleys.map(({ fromAt, toAt }) => (
    <ReferenceArea
      key={fromAt}
      x1={fromAt}
      x2={toAt}
      stroke="none"
      fill="var(--chart-valley)"
      fillOpacity="var(--chart-valley-opacity)"
    />
  ));
}

function largestLine({ largest, fromAt, toAt, timeZone }: PreparedWhatIf) {
  if (largest === null) return null;
  const value = whatIfWords.chart.largest(powerText(largest.downW), clockTime(largest.at, timeZone));
  const isEarly = largest.at - fromAt < (toAt - fromAt) / 2;
  const position = isEarly ? 'insideTopLeft' : 'insideTopRight';
  const label = { value, position, fill: 'var(--ink)', fontSize: 12 } as const;
  return (
    <ReferenceLine x={largest.at} stroke="var(--edge)" strokeDasharray="1 3" label={label} />
  );
}

type ReadingProps = { zone: string; active?: boolean; payload?: { payload?: unknown }[] };

function Reading({ zone, active, payload }: ReadingProps) {
  const found: unknown = payload?.[0]?.payload;
  if (active !== true || found === undefined) return null;
  const point = found as WhatIfPoint;
  const { columns } = whatIfWords.chart;
  return (
    <dl className="rounded-lg border border-edge bg-surface px-3 py-2 text-sm text-ink">
      <dt className="font-semibold">{clockTime(point.at, zone)}</dt>
      <dt>{columns.before}</dt>
      <dd>{powerText(point.beforeW)}</dd>
      <dt>{columns.after}</dt>
      <dd>{powerText(point.afterW)}</dd>
      <dt>{columns.price}</dt>
      <dd>{pricePerKwh(point.priceTicks)}</dd>
    </dl>
  );
}
