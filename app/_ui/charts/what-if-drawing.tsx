'use client';

import { Area, Line, ReferenceLine } from 'recharts';
import { clockTime, pricePerKwh } from '../../_client/format.ts';
import { powerText } from '../what-if/what-if-texts.ts';
import { whatIfWords } from '../what-if/what-if-words.ts';
import { ValleyKey } from './chart-key.tsx';
import { DrawnPanel, LINE, MarkLine, STEP } from './drawing-parts.tsx';
import type { Reading } from './drawing-parts.tsx';
import type { PreparedWhatIf, WhatIfPoint } from './prepare-what-if.ts';

type DrawingProps = { prepared: PreparedWhatIf; label: string };

const POWER_HEIGHT = 224;
const PRICE_HEIGHT = 148;
const w = whatIfWords.chart;

/** The what-if drawn by recharts: values at the pointer or by arrow keys. What is drawn is prepared. */
export function WhatIfDrawing({ prepared, label }: DrawingProps) {
  const { points, toAt, timeZone, limitW, power, largest } = prepared;
  const last = points.at(-1);
  // The last quarter lasts until its end.
  const data = last === undefined ? [] : [...points, { ...last, at: toAt }];
  const both = { frame: prepared, zone: timeZone, sync: 'what-if', data, describe: label, readingOf };
  return (
    <div className="flex flex-col gap-1 text-xs text-soft">
      <span aria-hidden="true">{w.power}</span>
      <DrawnPanel {...both} axis={power} title={w.power} height={POWER_HEIGHT} hasHours={false}>
        <Area
          {...STEP}
          dataKey="afterW"
          stroke="var(--chart-after)"
          strokeWidth={2}
          fill="var(--chart-after)"
          fillOpacity={0.25}
          activeDot={false}
        />
        <Line {...LINE} dataKey="beforeW" stroke="var(--chart-before)" strokeDasharray="7 5" />
        {limitW !== null && limitW <= power.max && (
          <ReferenceLine
            y={limitW}
            stroke="var(--chart-limit)"
            strokeWidth={2}
            strokeDasharray="12 5"
          />
        )}
        {largest !== null && (
          <MarkLine
            frame={prepared}
            at={largest.at}
            label={w.largest(powerText(largest.downW), clockTime(largest.at, timeZone))}
            isDashed
          />
        )}
      </DrawnPanel>
      <span aria-hidden="true" className="flex justify-between gap-2">
        <span>{w.price}</span>
        <ValleyKey label={w.valley} />
      </span>
      <DrawnPanel {...both} axis={prepared.price} title={w.price} height={PRICE_HEIGHT} hasHours>
        <Line {...LINE} dataKey="priceTicks" stroke="var(--chart-price)" />
      </DrawnPanel>
    </div>
  );
}

function readingOf({ beforeW, afterW, priceTicks }: WhatIfPoint): Reading {
  return [
    [w.columns.before, powerText(beforeW)],
    [w.columns.after, powerText(afterW)],
    [w.columns.price, pricePerKwh(priceTicks)],
  ];
}
