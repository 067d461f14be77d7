import type { PowerSpan } from '#domain/charging/stay-view.ts';
import type { InstantS } from '#domain/time/instant.ts';
import type { CSSProperties, ReactNode } from 'react';
import type { Axis } from './axis-steps.ts';
import { midnights, timeTicks } from './axis-time.ts';
import type { Frame, Span } from './spans.ts';

/** A figure's height and width in its own units: it stretches with the page. */
export const UNIT = 1_000;
/** Hours on the time axis at most, so that they stand apart on a phone. */
export const TIME_LABELS = 5;

export type Scale = { x(at: InstantS): number; y(value: number): number };
/** One value that holds over a span. */
export type Step = Span & { value: number };

const round = (value: number) => Math.round(value * 10) / 10;

/** scaleOf lays a span of time and an axis over the units of a figure. */
export function scaleOf({ fromAt, toAt }: Span, { min, max }: Axis): Scale {
  return {
    x: (at) => round(((at - fromAt) / (toAt - fromAt)) * UNIT),
    y: (value) => round((1 - (value - min) / (max - min)) * UNIT),
  };
}

/** W as kW, and ticks of EUR 0.01/MWh as ct/kWh. */
export function thousandth(value: number): string {
  return String(value / 1_000);
}

/** stepsOf reads spans of power as the steps of a line. */
export function stepsOf(spans: readonly PowerSpan[]): Step[] {
  return spans.map(({ fromAt, toAt, powerW }) => ({ fromAt, toAt, value: powerW }));
}

/**
 * stepPath holds each value until the next. Between spans that do not meet the line falls to the
 * floor (ZERO: nothing flows) or is broken (GAP: nobody knows).
 */
export function stepPath(steps: readonly Step[], scale: Scale, between: 'ZERO' | 'GAP'): string {
  let path = '';
  let endAt: InstantS | null = null;
  for (const { fromAt, toAt, value } of steps) {
    const y = scale.y(value);
    if (endAt === fromAt) path += `V${y}`;
    else if (between === 'GAP') path += `M${scale.x(fromAt)} ${y}`;
    else path += `${endAt === null ? '' : `V${UNIT}`}M${scale.x(fromAt)} ${UNIT}V${y}`;
    path += `H${Math.min(UNIT, scale.x(toAt))}`;
    endAt = toAt;
  }
  return endAt === null || between === 'GAP' ? path : `${path}V${UNIT}`;
}

/** A line of a figure, of the same width however the figure is stretched. */
export function Stroke({ path, stroke, dash }: { path: string; stroke: string; dash?: string }) {
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

/** A stretch of time over the whole height. */
export function Band({ span, scale, fill, opacity }: {
  span: Span;
  scale: Scale;
  fill: string;
  opacity: string;
}) {
  const x = scale.x(span.fromAt);
  const width = round(scale.x(span.toAt) - x);
  return <rect x={x} width={width} y={0} height={UNIT} fill={fill} fillOpacity={opacity} />;
}

type PanelProps = {
  frame: Frame;
  scale: Scale;
  axis: Axis;
  heightClass: string;
  tickLabel?: (value: number) => string;
  children: ReactNode;
};

/** The frame of a drawing: grid, numbers of the axis, cheap hours, now. Labels stand beside the
 * stretched SVG, so that letters keep their size on every screen. */
export function Panel({ frame, scale, axis, heightClass, tickLabel, children }: PanelProps) {
  const label = tickLabel ?? thousandth;
  return (
    <div className={`relative ml-10 ${heightClass}`} aria-hidden="true">
      <svg
        viewBox={`0 0 ${UNIT} ${UNIT}`}
        preserveAspectRatio="none"
        className="absolute inset-0 h-full w-full overflow-visible"
      >
        {frame.valleys.map((valley) => (
          <Band
            key={valley.fromAt}
            span={valley}
            scale={scale}
            fill="var(--chart-valley)"
            opacity="var(--chart-valley-opacity)"
          />
        ))}
        {axis.ticks.map((tick) => (
          <line
            key={tick}
            x1={0}
            x2={UNIT}
            y1={scale.y(tick)}
            y2={scale.y(tick)}
            vectorEffect="non-scaling-stroke"
            stroke={tick === 0 ? 'var(--edge)' : 'var(--chart-grid)'}
          />
        ))}
        {children}
        {frame.nowAt !== null && (
          <Stroke path={`M${scale.x(frame.nowAt)} 0V${UNIT}`} stroke="var(--ink)" />
        )}
      </svg>
      {axis.ticks.map((tick) => (
        <span
          key={tick}
          className="absolute -left-10 w-9 -translate-y-1/2 text-right tabular-nums"
          style={{ top: `${scale.y(tick) / 10}%` }}
        >
          {label(tick)}
        </span>
      ))}
    </div>
  );
}

/** Hours, and names of days, in the site's zone. */
export function TimeAxis({ frame, zone, scale }: { frame: Frame; zone: string; scale: Scale }) {
  const place = (at: InstantS): CSSProperties => ({ left: `${scale.x(at) / 10}%` });
  return (
    <div className="relative ml-10 h-9 tabular-nums" aria-hidden="true">
      {timeTicks(frame, zone, TIME_LABELS).map(({ at, label }) => (
        <span key={at} className="absolute -translate-x-1/2" style={place(at)}>
          {label}
        </span>
      ))}
      {midnights(frame, zone, frame.nowAt ?? frame.toAt).map(({ at, label }) => (
        <span key={at} className="absolute top-4 -translate-x-1/2 font-semibold" style={place(at)}>
          {label}
        </span>
      ))}
    </div>
  );
}
