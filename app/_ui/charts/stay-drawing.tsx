'use client';

import { Area, Line } from 'recharts';
import { duration, kw, pricePerKwh } from '../../_client/format.ts';
import { words } from '../words.ts';
import { ValleyKey } from './chart-key.tsx';
import { DrawnPanel, LINE, MarkLine, STEP } from './drawing-parts.tsx';
import type { Reading } from './drawing-parts.tsx';
import type { PreparedStay } from './prepare-stay.ts';
import { stayPoints } from './stay-points.ts';
import type { StayPoint } from './stay-points.ts';

type DrawingProps = { stay: PreparedStay; zone: string; label: string };

const POWER_HEIGHT = 160;
const PRICE_HEIGHT = 148;
const HATCH = 'expected-hatch';

/** The stay drawn by recharts: values at the pointer or by arrow keys. What is drawn is prepared. */
export function StayDrawing({ stay, zone, label }: DrawingProps) {
  const { nowAt, valleySeconds } = stay;
  const both = { frame: stay, zone, sync: 'stay', data: stayPoints(stay), describe: label, readingOf };
  const now = (name: string) => nowAt !== null && <MarkLine frame={stay} at={nowAt} label={name} />;
  return (
    <div className="flex flex-col gap-1 text-xs text-soft">
      <span aria-hidden="true">{words.chart.power}</span>
      <DrawnPanel
        {...both}
        axis={stay.power}
        title={words.chart.power}
        height={POWER_HEIGHT}
        hasHours={false}
      >
        <Area
          {...STEP}
          dataKey="measuredW"
          stroke="var(--chart-after)"
          fill="var(--chart-after)"
          fillOpacity={0.8}
          activeDot={false}
        />
        <Line {...LINE} dataKey="plannedW" stroke="var(--chart-after)" strokeDasharray="2 3" />
        <Line {...LINE} dataKey="withoutW" stroke="var(--chart-before)" strokeDasharray="7 5" />
        {now(words.chart.now)}
      </DrawnPanel>
      <span aria-hidden="true" className="flex justify-between gap-2">
        <span>{words.chart.price}</span>
        {valleySeconds > 0 && <ValleyKey label={words.chart.valley(duration(valleySeconds))} />}
      </span>
      <DrawnPanel
        {...both}
        axis={stay.price}
        title={words.chart.price}
        height={PRICE_HEIGHT}
        hasHours
      >
        <Hatch />
        <Area
          {...STEP}
          dataKey="expectedTicks"
          stroke="none"
          fill={`url(#${HATCH})`}
          activeDot={false}
        />
        <Line {...LINE} dataKey="priceTicks" stroke="var(--chart-price)" />
        {now('')}
      </DrawnPanel>
    </div>
  );
}

/** Prices that are expected, not published. */
function Hatch() {
  return (
    <defs>
      <pattern
        id={HATCH}
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect width="2" height="6" fill="var(--chart-price)" fillOpacity="0.5" />
      </pattern>
    </defs>
  );
}

function readingOf({ priceTicks, measuredW, plannedW, withoutW }: StayPoint): Reading {
  const { columns } = words.chart;
  const powers = [
    [columns.measured, measuredW],
    [columns.planned, plannedW],
    [columns.without, withoutW],
  ] as const;
  return [
    [columns.price, pricePerKwh(priceTicks)],
    ...powers.flatMap(([name, powerW]) => (powerW === null ? [] : [[name, kw(powerW)] as const])),
  ];
}
