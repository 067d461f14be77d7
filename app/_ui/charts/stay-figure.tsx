import type { PowerSpan } from '#domain/charging/stay-view.ts';
import type { InstantS } from '#domain/time/instant.ts';
import type { CSSProperties } from 'react';
import { duration } from '../../_client/format.ts';
import { words } from '../words.ts';
import { midnights, timeTicks } from './axis-time.ts';
import type { PreparedLoad } from './prepare-stay.ts';

type FigureProps = { stay: PreparedLoad; zone: string; label: string };
export type Scale = { x(at: InstantS): number; y(value: number): number };

export const UNIT = 1000;

/**
 * The stay as SVG without any script: first paint and print. Shapes stretch with the page, labels
 * are text beside them, so that letters keep their size on every screen.
 */
export function StayFigure({ stay, zone, label }: FigureProps) {
  const x = (at: InstantS) => ((at - stay.fromAt) / (stay.toAt - stay.fromAt)) * UNIT;
  const power: Scale = { x, y: (powerW) => UNIT - (powerW / stay.power.maxW) * UNIT };
  const price: Scale = {
    x,
    y: (ticks) => UNIT - ((ticks - stay.price.min) / (stay.price.max - stay.price.min)) * UNIT,
  };
  return (
    <div role="img" aria-label={label} className="flex flex-col gap-1 text-xs text-soft">
      <span>{words.chart.power}</span>
      <Panel
        stay={stay}
        scale={power}
        heightClass="h-40"
        ticks={stay.power.ticksW}
        tickLabel={(w) => String(w / 1000)}
      >
        <Spans spans={stay.measured} scale={power} className="fill-(--chart-after) opacity-80" />
        <Outline spans={stay.planned} scale={power} stroke="var(--chart-after)" dash="2 3" />
        <Outline spans={stay.without} scale={power} stroke="var(--chart-before)" dash="7 5" />
      </Panel>
      <span className="flex justify-between gap-2">
        <span>{words.chart.price}</span>
        {stay.valleySeconds > 0 && <ValleyKey seconds={stay.valleySeconds} />}
      </span>
      <Panel
        stay={stay}
        scale={price}
        heightClass="h-28"
        ticks={stay.price.ticks}
        tickLabel={(t) => String(t / 1000)}
      >
        <PriceSteps stay={stay} scale={price} />
      </Panel>
      <TimeAxis stay={stay} zone={zone} x={x} />
    </div>
  );
}

type PanelProps = {
  stay: Pick<PreparedLoad, 'valleys' | 'nowAt'>;
  scale: Scale;
  heightClass: string;
  ticks: readonly number[];
  tickLabel: (value: number) => string;
  children: React.ReactNode;
};

/** The frame of a drawing: grid, numbers of the axis, cheap hours, now. */
export function Panel({ stay, scale, heightClass, ticks, tickLabel, children }: PanelProps) {
  return (
    <div className={`relative ml-8 ${heightClass}`} aria-hidden="true">
      <svg
        viewBox={`0 0 ${UNIT} ${UNIT}`}
        preserveAspectRatio="none"
        className="absolute inset-0 h-full w-full overflow-visible"
      >
        {stay.valleys.map(({ fromAt, toAt }) => (
          <rect
            key={fromAt}
            x={scale.x(fromAt)}
            width={scale.x(toAt) - scale.x(fromAt)}
            y={0}
            height={UNIT}
            fill="var(--chart-valley)"
            fillOpacity="var(--chart-valley-opacity)"
          />
        ))}
        {ticks.map((tick) => (
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
        {stay.nowAt !== null && (
          <line
            x1={scale.x(stay.nowAt)}
            x2={scale.x(stay.nowAt)}
            y1={0}
            y2={UNIT}
            stroke="var(--ink)"
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      {ticks.map((tick) => (
        <span
          key={tick}
          className="absolute -left-8 w-7 -translate-y-1/2 text-right tabular-nums"
          style={{ top: `${scale.y(tick) / 10}%` }}
        >
          {tickLabel(tick)}
        </span>
      ))}
    </div>
  );
}

/** Areas from zero. */
export function Spans({
  spans,
  scale,
  className,
}: {
  spans: readonly PowerSpan[];
  scale: Scale;
  className: string;
}) {
  const path = spans.map(
    ({ fromAt, toAt, powerW }) =>
      `M${scale.x(fromAt).toFixed(1)} ${UNIT}V${scale.y(powerW).toFixed(1)}H${scale.x(toAt).toFixed(1)}V${UNIT}Z`,
  );
  return <path d={path.join('')} className={className} />;
}

function Outline({
  spans,
  scale,
  stroke,
  dash,
}: {
  spans: readonly PowerSpan[];
  scale: Scale;
  stroke: string;
  dash: string;
}) {
  return (
    <path
      d={outlinePath(spans, scale)}
      fill="none"
      stroke={stroke}
      strokeWidth={2}
      strokeDasharray={dash}
      vectorEffect="non-scaling-stroke"
    />
  );
}

/** Neighbouring spans are one line; between others it goes down to zero. */
function outlinePath(spans: readonly PowerSpan[], scale: Scale): string {
  let path = '';
  let endAt: InstantS | null = null;
  for (const { fromAt, toAt, powerW } of spans) {
    const begin =
      endAt === fromAt
        ? ''
        : `${endAt === null ? '' : `V${UNIT}`}M${scale.x(fromAt).toFixed(1)} ${UNIT}`;
    path += `${begin}V${scale.y(powerW).toFixed(1)}H${scale.x(toAt).toFixed(1)}`;
    endAt = toAt;
  }
  return endAt === null ? '' : `${path}V${UNIT}`;
}

function PriceSteps({ stay, scale }: { stay: PreparedLoad; scale: Scale }) {
  let path = '';
  let endAt: InstantS | null = null;
  for (const { startAt, seconds, priceTicks } of stay.prices) {
    const y = scale.y(priceTicks).toFixed(1);
    path += endAt === startAt ? `V${y}` : `M${scale.x(startAt).toFixed(1)} ${y}`;
    endAt = startAt + seconds;
    path += `H${Math.min(UNIT, scale.x(endAt)).toFixed(1)}`;
  }
  const zero = scale.y(0);
  return (
    <>
      <defs>
        <pattern
          id="expected-price"
          width="12"
          height="40"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(20)"
        >
          <rect width="4" height="40" fill="var(--chart-price)" fillOpacity="0.35" />
        </pattern>
      </defs>
      {stay.prices
        .filter(({ kind }) => kind === 'expected')
        .map(({ startAt, seconds, priceTicks }) => (
          <rect
            key={startAt}
            x={scale.x(startAt)}
            width={scale.x(startAt + seconds) - scale.x(startAt)}
            y={Math.min(zero, scale.y(priceTicks))}
            height={Math.abs(zero - scale.y(priceTicks))}
            fill="url(#expected-price)"
          />
        ))}
      <path
        d={path}
        fill="none"
        stroke="var(--chart-price)"
        strokeWidth={2}
        vectorEffect="non-scaling-stroke"
      />
    </>
  );
}

function ValleyKey({ seconds }: { seconds: number }) {
  return (
    <span className="inline-flex items-center gap-1">
      <span
        aria-hidden="true"
        className="inline-block h-3 w-4 rounded-sm border border-edge bg-(--chart-valley)/30"
      />
      {words.chart.valley(duration(seconds))}
    </span>
  );
}

/** Hours, and names of days, in the site's zone. */
export function TimeAxis({
  stay,
  zone,
  x,
}: {
  stay: Pick<PreparedLoad, 'fromAt' | 'toAt' | 'nowAt'>;
  zone: string;
  x: (at: InstantS) => number;
}) {
  const now = stay.nowAt ?? stay.toAt;
  const place = (at: InstantS): CSSProperties => ({ left: `${x(at) / 10}%` });
  return (
    <div className="relative ml-8 h-9 tabular-nums" aria-hidden="true">
      {timeTicks(stay, zone, 5).map(({ at, label }) => (
        <span key={at} className="absolute -translate-x-1/2" style={place(at)}>
          {label}
        </span>
      ))}
      {midnights(stay, zone, now).map(({ at, label }) => (
        <span key={at} className="absolute top-4 -translate-x-1/2 font-semibold" style={place(at)}>
          {label}
        </span>
      ))}
    </div>
  );
}
