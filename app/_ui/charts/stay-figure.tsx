import type { PowerSpan } from '#domain/charging/stay-view.ts';
import { duration } from '../../_client/format.ts';
import { words } from '../words.ts';
import { ValleyKey } from './chart-key.tsx';
import { Panel, scaleOf, stepPath, stepsOf, Stroke, TimeAxis } from './figure-parts.tsx';
import type { Scale } from './figure-parts.tsx';
import type { PreparedLoad } from './prepare-stay.ts';

type FigureProps = {
  stay: PreparedLoad;
  zone: string;
  label: string;
  /** What lies between spans of power that do not meet: nothing flowed, or it is not told. */
  between?: 'ZERO' | 'GAP';
};

const HATCH = 'expected-price';

/** The stay as SVG without any script: first paint and print. */
export function StayFigure({ stay, zone, label, between = 'ZERO' }: FigureProps) {
  const power = scaleOf(stay, stay.power);
  const price = scaleOf(stay, stay.price);
  const outline = (spans: readonly PowerSpan[]) => stepPath(stepsOf(spans), power, between);
  return (
    <div role="img" aria-label={label} className="flex flex-col gap-1 text-xs text-soft">
      <span>{words.chart.power}</span>
      <Panel frame={stay} scale={power} axis={stay.power} heightClass="h-40">
        <path d={stepPath(stepsOf(stay.measured), power, 'ZERO')} className="fill-(--chart-after) opacity-80" />
        <Stroke path={outline(stay.planned)} stroke="var(--chart-after)" dash="2 3" />
        <Stroke path={outline(stay.without)} stroke="var(--chart-before)" dash="7 5" />
      </Panel>
      <span className="flex justify-between gap-2">
        <span>{words.chart.price}</span>
        {stay.valleySeconds > 0 && (
          <ValleyKey label={words.chart.valley(duration(stay.valleySeconds))} />
        )}
      </span>
      <Panel frame={stay} scale={price} axis={stay.price} heightClass="h-28">
        <Prices stay={stay} scale={price} />
      </Panel>
      <TimeAxis frame={stay} zone={zone} scale={price} />
    </div>
  );
}

/** A line that breaks where no price is known, hatched where one is only expected. */
function Prices({ stay, scale }: { stay: PreparedLoad; scale: Scale }) {
  const zero = scale.y(0);
  const steps = stay.prices.map(({ startAt, seconds, priceTicks }) => ({
    fromAt: startAt,
    toAt: startAt + seconds,
    value: priceTicks,
  }));
  return (
    <>
      <defs>
        <pattern
          id={HATCH}
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
            fill={`url(#${HATCH})`}
          />
        ))}
      <Stroke path={stepPath(steps, scale, 'GAP')} stroke="var(--chart-price)" />
    </>
  );
}
