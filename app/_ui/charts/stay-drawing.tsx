'use client';

import {
  Area, CartesianGrid, ComposedChart, Line, ReferenceArea, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis,
} from 'recharts';
import { clockTime, duration, kw, pricePerKwh } from '../../_client/format.ts';
import { words } from '../words.ts';
import { timeTicks } from './axis-time.ts';
import type { PreparedStay } from './prepare-stay.ts';
import { stayPoints } from './stay-points.ts';
import type { StayPoint } from './stay-points.ts';

type DrawingProps = { stay: PreparedStay; zone: string; label: string };

const MARGIN = { top: 6, right: 4, bottom: 0, left: 0 };
const AXIS_WIDTH = 32;
const tick = { fill: 'var(--soft)', fontSize: 12 };

/** The stay drawn by recharts: values at the pointer or by arrow keys. What is drawn is prepared. */
export function StayDrawing({ stay, zone, label }: DrawingProps) {
  const points = stayPoints(stay);
  const ticks = timeTicks(stay, zone, 5);
  const x = {
    dataKey: 'at', type: 'number' as const, domain: [stay.fromAt, stay.toAt], ticks: ticks.map(({ at }) => at),
    tickFormatter: (at: number) => clockTime(at, zone), tick, stroke: 'var(--edge)', allowDataOverflow: true,
  };
  const tooltip = <Tooltip isAnimationActive={false} cursor={{ stroke: 'var(--ink)' }}
    content={({ active, payload }) => {
      const point: unknown = payload?.[0]?.payload;
      return active && point ? <Reading point={point as StayPoint} zone={zone} /> : null;
    }} />;
  return (
    <div className="flex flex-col gap-1 text-xs text-soft">
      <span aria-hidden="true">{words.chart.power}</span>
      <ResponsiveContainer width="100%" height={160}>
        <ComposedChart data={points} margin={MARGIN} syncId="stay" syncMethod="value" title={words.chart.power} desc={label}>
          <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
          {valleyAreas(stay)}
          <XAxis {...x} hide />
          <YAxis width={AXIS_WIDTH} domain={[0, stay.power.maxW]} ticks={stay.power.ticksW} tick={tick} stroke="var(--edge)"
            tickFormatter={(powerW: number) => String(powerW / 1000)} />
          {tooltip}
          <Area type="stepAfter" dataKey="measuredW" stroke="var(--chart-after)" fill="var(--chart-after)" fillOpacity={0.8}
            isAnimationActive={false} activeDot={false} />
          <Line type="stepAfter" dataKey="plannedW" stroke="var(--chart-after)" strokeWidth={2} strokeDasharray="2 3" dot={false} isAnimationActive={false} />
          <Line type="stepAfter" dataKey="withoutW" stroke="var(--chart-before)" strokeWidth={2} strokeDasharray="7 5" dot={false} isAnimationActive={false} />
          {nowLine(stay, words.chart.now)}
        </ComposedChart>
      </ResponsiveContainer>
      <span aria-hidden="true" className="flex justify-between gap-2">
        <span>{words.chart.price}</span>
        {stay.valleySeconds > 0 && <span>{words.chart.valley(duration(stay.valleySeconds))}</span>}
      </span>
      <ResponsiveContainer width="100%" height={148}>
        <ComposedChart data={points} margin={MARGIN} syncId="stay" syncMethod="value" title={words.chart.price} desc={label}>
          <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
          {valleyAreas(stay)}
          <XAxis {...x} height={24} />
          <YAxis width={AXIS_WIDTH} domain={[stay.price.min, stay.price.max]} ticks={stay.price.ticks} tick={tick} stroke="var(--edge)"
            tickFormatter={(ticksPerMwh: number) => String(ticksPerMwh / 1000)} />
          {tooltip}
          <defs>
            <pattern id="expected-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="2" height="6" fill="var(--chart-price)" fillOpacity="0.5" />
            </pattern>
          </defs>
          <Area type="stepAfter" dataKey="expectedTicks" stroke="none" fill="url(#expected-hatch)" isAnimationActive={false} activeDot={false} />
          <Line type="stepAfter" dataKey="priceTicks" stroke="var(--chart-price)" strokeWidth={2} dot={false} isAnimationActive={false} />
          {nowLine(stay, '')}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

function valleyAreas(stay: PreparedStay) {
  return stay.valleys.map(({ fromAt, toAt }) => (
    <ReferenceArea key={fromAt} x1={fromAt} x2={toAt} fill="var(--chart-valley)" fillOpacity="var(--chart-valley-opacity)" stroke="none" />
  ));
}

function nowLine(stay: PreparedStay, label: string) {
  if (stay.nowAt === null) return null;
  return <ReferenceLine x={stay.nowAt} stroke="var(--ink)" strokeWidth={1.5}
    label={{ value: label, position: 'insideTopRight', fill: 'var(--soft)', fontSize: 12 }} />;
}

function Reading({ point, zone }: { point: StayPoint; zone: string }) {
  const lines = [
    [words.chart.price, point.priceTicks === null ? words.chart.unknown : pricePerKwh(point.priceTicks)],
    ...(point.measuredW === null ? [] : [[words.chart.measured, kw(point.measuredW)]]),
    ...(point.plannedW === null ? [] : [[words.chart.planned, kw(point.plannedW)]]),
    ...(point.withoutW === null ? [] : [[words.chart.without, kw(point.withoutW)]]),
  ];
  return (
    <div className="rounded-lg border border-line bg-surface px-3 py-2 text-ink shadow-lg">
      <p className="font-semibold">{clockTime(point.at, zone)}</p>
      {lines.map(([name, value]) => <p key={name}>{name}: {value}</p>)}
    </div>
  );
}
