import { Band, Panel, scaleOf, stepPath, stepsOf, Stroke, TimeAxis } from './figure-parts.tsx';
import type { Scale } from './figure-parts.tsx';
import type { PreparedLimit } from './prepare-limit.ts';

const CENT_MICRO = 10_000;

type LimitFigureProps = {
  limit: PreparedLimit;
  zone: string;
  words: { describe: string; power: string; worth: string; limit: string | null };
};

/** Load against a limit, and below it what one more kW would be worth, as SVG without any script. */
export function LimitFigure({ limit, zone, words }: LimitFigureProps) {
  const power = scaleOf(limit, limit.power);
  const cents = scaleOf(limit, limit.cents);
  const last = limit.limit.at(-1);
  const worth = limit.worth.map(({ fromAt, toAt, microPerKwh }) => ({
    fromAt,
    toAt,
    value: microPerKwh / CENT_MICRO,
  }));
  return (
    <div role="img" aria-label={words.describe} className="flex flex-col gap-1 text-xs text-soft">
      <span>{words.power}</span>
      <div className="relative">
        <Panel frame={limit} scale={power} axis={limit.power} heightClass="h-40">
          <Binding limit={limit} scale={power} />
          <path
            d={stepPath(stepsOf(limit.load), power, 'ZERO')}
            className="fill-(--chart-after) opacity-80"
          />
          <Stroke
            path={stepPath(stepsOf(limit.limit), power, 'GAP')}
            stroke="var(--chart-limit)"
            dash="12 5"
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
        frame={limit}
        scale={cents}
        axis={{ ...limit.cents, ticks: [0, limit.cents.max] }}
        heightClass="h-20"
        tickLabel={(value) => String(Number(value.toFixed(2)))}
      >
        <Binding limit={limit} scale={cents} />
        <path d={stepPath(worth, cents, 'ZERO')} className="fill-(--chart-limit) opacity-80" />
      </Panel>
      <TimeAxis frame={limit} zone={zone} scale={power} />
    </div>
  );
}

/** Where one more kW would be worth something. */
function Binding({ limit, scale }: { limit: PreparedLimit; scale: Scale }) {
  return limit.binding.map((span) => (
    <Band key={span.fromAt} span={span} scale={scale} fill="var(--chart-limit)" opacity="0.12" />
  ));
}
