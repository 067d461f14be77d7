import type { PowerSpan } from '#domain/charging/stay-view.ts';
import { Panel, Spans, TimeAxis, UNIT, type Scale } from './stay-figure.tsx';
import type { PreparedLimit } from './prepare-limit.ts';

const CENT_MICRO = 10_000;

type LimitFigureProps = {
  limit: PreparedLimit;
  zone: string;
  words: { describe: string; power: string; worth: string; limit: string | null };
};

/** Load against a limit, and below it what one more kW would be worth, as SVG without any script. */
export function LimitFigure({ limit, zone, words }: LimitFigureProps) {
  const x = (at: number) => ((at - limit.fromAt) / (limit.toAt - limit.fromAt)) * UNIT;
  const power: Scale = { x, y: (powerW) => UNIT - (powerW / limit.power.maxW) * UNIT };
  const cents: Scale = { x, y: (value) => UNIT - (value / limit.cents.max) * UNIT };
  const last = limit.limit.at(-1);
  const worth = limit.worth.map(({ fromAt, toAt, microPerKwh }) => ({
    fromAt,
    toAt,
    powerW: microPerKwh / CENT_MICRO,
  }));
  return (
    <div role="img" aria-label={words.describe} className="flex flex-col gap-1 text-xs text-soft">
      <span>{words.power}</span>
      <div className="relative">
        <Panel
          stay={limit}
          scale={power}
          heightClass="h-40"
          ticks={limit.power.ticksW}
          tickLabel={(w) => String(w / 1_000)}
        >
          <Binding limit={limit} x={x} />
          <Spans spans={limit.load} scale={power} className="fill-(--chart-after) opacity-80" />
          <path
            d={stepPath(limit.limit, power)}
            fill="none"
            stroke="var(--chart-limit)"
            strokeWidth={2.5}
            strokeDasharray="12 5"
            vectorEffect="non-scaling-stroke"
          />
        </Panel>
        {words.limit !== null && last !== undefined && (
          <span
            aria-hidden="true"
            className="absolute right-0 -translate-y-full rounded bg-surface/80 px-1 font-semibold text-alert"
            style={{ top: `${power.y(last.powerW) / 10}%` }}
          >
            {words.limit}
          </span>
        )}
      </div>
      <span className="mt-2">{words.worth}</span>
      <Panel
        stay={limit}
        scale={cents}
        heightClass="h-20"
        ticks={[0, limit.cents.max]}
        tickLabel={(value) => String(Number(value.toFixed(2)))}
      >
        <Binding limit={limit} x={x} />
        <Spans spans={worth} scale={cents} className="fill-(--chart-limit) opacity-80" />
      </Panel>
      <TimeAxis stay={limit} zone={zone} x={x} />
    </div>
  );
}

function Binding({ limit, x }: { limit: PreparedLimit; x(at: number): number }) {
  return limit.binding.map(({ fromAt, toAt }) => (
    <rect
      key={fromAt}
      x={x(fromAt)}
      width={x(toAt) - x(fromAt)}
      y={0}
      height={UNIT}
      fill="var(--chart-limit)"
      fillOpacity="0.12"
    />
  ));
}

/** A line that holds each value until the next; where nothing is said, it is broken. */
function stepPath(spans: readonly PowerSpan[], scale: Scale): string {
  let endAt: number | null = null;
  let path = '';
  for (const { fromAt, toAt, powerW } of spans) {
    const y = scale.y(powerW).toFixed(1);
    path += endAt === fromAt ? `V${y}` : `M${scale.x(fromAt).toFixed(1)} ${y}`;
    path += `H${scale.x(toAt).toFixed(1)}`;
    endAt = toAt;
  }
  return path;
}
