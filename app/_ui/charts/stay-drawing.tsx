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
import { clockTime, duration, kw, pricePerKwh } from '../../_client/format.ts';
import { words } from '../words.ts';
import { midnights, timeTicks } from './axis-time.ts';
import type { PreparedStay } from './prepare-stay.ts';
import { stayPoints } from './stay-points.ts';
import type { StayPoint } from './stay-points.ts';

type DrawingProps = { stay: PreparedStay; zone: string; label: string };
type PanelProps = DrawingProps & { points: StayPoint[] };

const MARGIN = { top: 6, right: 4, bottom: 0, left: 0 };
const AXIS_WIDTH = 32;
const POWER_HEIGHT = 160;
const PRICE_HEIGHT = 148;
const tick = { fill: 'var(--soft)', fontSize: 12 };
const sync = { syncId: 'stay', syncMethod: 'value', margin: MARGIN } as const;
const step = { type: 'stepAfter', isAnimationActive: false } as const;
const line = { ...step, dot: false, strokeWidth: 2 } as const;

/** The stay drawn by recharts: values at the pointer or by arrow keys. What is drawn is prepared. */
export function StayDrawing(props: DrawingProps) {
  const points = stayPoints(props.stay);
  const { valleySeconds } = props.stay;
  return (
    <div className="flex flex-col gap-1 text-xs text-soft">
      <span aria-hidden="true">{words.chart.power}</span>
      <PowerPanel {...props} points={points} />
      <span aria-hidden="true" className="flex justify-between gap-2">
        <span>{words.chart.price}</span>
        {valleySeconds > 0 && <span>{words.chart.valley(duration(valleySeconds))}</span>}
      </span>
      <PricePanel {...props} points={points} />
    </div>
  );
}

function PowerPanel({ stay, zone, label, points }: PanelProps) {
  return (
    <ResponsiveContainer width="100%" height={POWER_HEIGHT}>
      <ComposedChart data={points} {...sync} title={words.chart.power} desc={label}>
        <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
        {valleyAreas(stay)}
        <XAxis {...timeAxis(stay, zone)} hide />
        <YAxis
          width={AXIS_WIDTH}
          domain={[0, stay.power.maxW]}
          ticks={stay.power.ticksW}
          tick={tick}
          stroke="var(--edge)"
          tickFormatter={thousandth}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--ink)' }}
          content={<Reading zone={zone} />}
        />
        <Area
          {...step}
          dataKey="measuredW"
          stroke="var(--chart-after)"
          fill="var(--chart-after)"
          fillOpacity={0.8}
          activeDot={false}
        />
        <Line {...line} dataKey="plannedW" stroke="var(--chart-after)" strokeDasharray="2 3" />
        <Line {...line} dataKey="withoutW" stroke="var(--chart-before)" strokeDasharray="7 5" />
        {nowLine(stay, words.chart.now)}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

function PricePanel({ stay, zone, label, points }: PanelProps) {
  return (
    <ResponsiveContainer width="100%" height={PRICE_HEIGHT}>
      <ComposedChart data={points} {...sync} title={words.chart.price} desc={label}>
        <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
        {valleyAreas(stay)}
        <XAxis {...timeAxis(stay, zone)} height={24} />
        <YAxis
          width={AXIS_WIDTH}
          domain={[stay.price.min, stay.price.max]}
          ticks={stay.price.ticks}
          tick={tick}
          stroke="var(--edge)"
          tickFormatter={thousandth}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--ink)' }}
          content={<Reading zone={zone} />}
        />
        <defs>
          <pattern
            id="expected-hatch"
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="2" height="6" fill="var(--chart-price)" fillOpacity="0.5" />
          </pattern>
        </defs>
        <Area
          {...step}
          dataKey="expectedTicks"
          stroke="none"
          fill="url(#expected-hatch)"
          activeDot={false}
        />
        <Line {...line} dataKey="priceTicks" stroke="var(--chart-price)" />
        {dayLines(stay, zone)}
        {nowLine(stay, '')}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

function timeAxis(stay: PreparedStay, zone: string) {
  return {
    dataKey: 'at',
    type: 'number',
    domain: [stay.fromAt, stay.toAt],
    allowDataOverflow: true,
    ticks: timeTicks(stay, zone, 5).map(({ at }) => at),
    tick,
    stroke: 'var(--edge)',
    tickFormatter: (at: number) => clockTime(at, zone),
  } as const;
}

/** W as kW, and ticks of EUR 0.01/MWh as ct/kWh. */
function thousandth(value: number): string {
  return String(value / 1000);
}

function valleyAreas(stay: PreparedStay) {
  return stay.valleys.map(({ fromAt, toAt }) => (
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

function nowLine(stay: PreparedStay, value: string) {
  if (stay.nowAt === null) return null;
  // Left of the line it would cover the axis while the stay is young.
  const isYoung = stay.nowAt - stay.fromAt < (stay.toAt - stay.fromAt) / 2;
  const position = isYoung ? 'insideTopLeft' : 'insideTopRight';
  const label = { value, position, fill: 'var(--soft)', fontSize: 12 } as const;
  return <ReferenceLine x={stay.nowAt} stroke="var(--ink)" strokeWidth={1.5} label={label} />;
}

function dayLines(stay: PreparedStay, zone: string) {
  return midnights(stay, zone, stay.nowAt ?? stay.toAt).map(({ at, label: value }) => (
    <ReferenceLine
      key={at}
      x={at}
      stroke="var(--edge)"
      strokeDasharray="1 3"
      label={{ value, position: 'insideBottomLeft', fill: 'var(--soft)', fontSize: 12 }}
    />
  ));
}

type ReadingProps = { zone: string; active?: boolean; payload?: { payload?: unknown }[] };

function Reading({ zone, active, payload }: ReadingProps) {
  const found: unknown = payload?.[0]?.payload;
  if (active !== true || found === undefined) return null;
  const point = found as StayPoint;
  const lines = [
    [
      words.chart.price,
      point.priceTicks === null ? words.chart.unknown : pricePerKwh(point.priceTicks),
    ],
    ...(point.measuredW === null ? [] : [[words.chart.measured, kw(point.measuredW)]]),
    ...(point.plannedW === null ? [] : [[words.chart.planned, kw(point.plannedW)]]),
    ...(point.withoutW === null ? [] : [[words.chart.without, kw(point.withoutW)]]),
  ];
  return (
    <div className="rounded-lg border border-line bg-surface px-3 py-2 text-ink shadow-lg">
      <p className="font-semibold">{clockTime(point.at, zone)}</p>
      {lines.map(([name, value]) => (
        <p key={name}>
          {name}: {value}
        </p>
      ))}
    </div>
  );
}
