'use client';

import type { InstantS } from '#domain/time/instant.ts';
import type { ReactNode } from 'react';
import {
  CartesianGrid,
  ComposedChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { clockTime } from '../../_client/format.ts';
import type { Axis } from './axis-steps.ts';
import { midnights, timeTicks } from './axis-time.ts';
import { thousandth, TIME_LABELS } from './figure-parts.tsx';
import type { Frame } from './spans.ts';

const MARGIN = { top: 6, right: 4, bottom: 0, left: 0 };
/** As wide as the place the figures of first paint leave for it: nothing moves. */
const AXIS_WIDTH = 40;
const HOURS_HEIGHT = 24;
const FONT_SIZE = 12;
const tick = { fill: 'var(--soft)', fontSize: FONT_SIZE };

/** Each value holds until the next; live data does not dance. */
export const STEP = { type: 'stepAfter', isAnimationActive: false } as const;
export const LINE = { ...STEP, dot: false, strokeWidth: 2 } as const;

/** What is read at one instant: names with their values. */
export type Reading = readonly (readonly [name: string, value: string])[];

type DrawnPanelProps<Point> = {
  frame: Frame;
  zone: string;
  /** Panels of one chart move their pointers together. */
  sync: string;
  axis: Axis;
  data: Point[];
  title: string;
  describe: string;
  height: number;
  /** The lowest panel of a chart has the hours and days. */
  hasHours: boolean;
  readingOf: (point: Point) => Reading;
  children: ReactNode;
};

/** One panel drawn by recharts: grid, axes, cheap hours, values at the pointer or by arrow keys. */
export function DrawnPanel<Point extends { at: InstantS }>(props: DrawnPanelProps<Point>) {
  const { frame, zone, axis, hasHours, children } = props;
  return (
    <ResponsiveContainer width="100%" height={props.height}>
      <ComposedChart
        data={props.data}
        syncId={props.sync}
        syncMethod="value"
        margin={MARGIN}
        title={props.title}
        desc={props.describe}
      >
        <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
        {frame.valleys.map(({ fromAt, toAt }) => (
          <ReferenceArea
            key={fromAt}
            x1={fromAt}
            x2={toAt}
            stroke="none"
            fill="var(--chart-valley)"
            fillOpacity="var(--chart-valley-opacity)"
          />
        ))}
        <XAxis
          dataKey="at"
          type="number"
          domain={[frame.fromAt, frame.toAt]}
          allowDataOverflow
          ticks={timeTicks(frame, zone, TIME_LABELS).map(({ at }) => at)}
          tick={tick}
          stroke="var(--edge)"
          tickFormatter={(at: number) => clockTime(at, zone)}
          height={HOURS_HEIGHT}
          hide={!hasHours}
        />
        <YAxis
          width={AXIS_WIDTH}
          domain={[axis.min, axis.max]}
          ticks={axis.ticks}
          tick={tick}
          stroke="var(--edge)"
          tickFormatter={thousandth}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--ink)' }}
          content={<ReadingBox zone={zone} readingOf={props.readingOf} />}
        />
        {children}
        {hasHours && <DayLines frame={frame} zone={zone} />}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

function DayLines({ frame, zone }: { frame: Frame; zone: string }) {
  return midnights(frame, zone, frame.nowAt ?? frame.toAt).map(({ at, label: value }) => (
    <ReferenceLine
      key={at}
      x={at}
      stroke="var(--edge)"
      strokeDasharray="1 3"
      label={{ value, position: 'insideBottomLeft', fill: 'var(--soft)', fontSize: FONT_SIZE }}
    />
  ));
}

type MarkProps = { frame: Frame; at: InstantS; label: string; isDashed?: boolean };

/** An instant with its name, which stands on the side that has room for it. */
export function MarkLine({ frame, at, label: value, isDashed = false }: MarkProps) {
  const isEarly = at - frame.fromAt < (frame.toAt - frame.fromAt) / 2;
  const position = isEarly ? 'insideTopLeft' : 'insideTopRight';
  return (
    <ReferenceLine
      x={at}
      stroke={isDashed ? 'var(--edge)' : 'var(--ink)'}
      strokeWidth={isDashed ? 1 : 1.5}
      {...(isDashed ? { strokeDasharray: '1 3' } : {})}
      label={{ value, position, fill: 'var(--ink)', fontSize: FONT_SIZE }}
    />
  );
}

type ReadingBoxProps<Point> = {
  zone: string;
  readingOf: (point: Point) => Reading;
  active?: boolean;
  payload?: { payload?: unknown }[];
};

function ReadingBox<Point extends { at: InstantS }>(props: ReadingBoxProps<Point>) {
  const found: unknown = props.payload?.[0]?.payload;
  if (props.active !== true || found === undefined) return null;
  // It is one of the points that the panel was given as data.
  const point = found as Point;
  return (
    <div className="rounded-lg border border-line bg-surface px-3 py-2 text-sm text-ink shadow-lg">
      <p className="font-semibold">{clockTime(point.at, props.zone)}</p>
      <dl className="grid grid-cols-[auto_auto] gap-x-3">
        {props.readingOf(point).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="text-end tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
