'use client';

import { useState } from 'react';
import { clockTime, pricePerKwh } from '../../_client/format.ts';
import type { PreparedWhatIf } from '../charts/prepare-what-if.ts';
import { powerText } from './what-if-texts.ts';
import { whatIfWords } from './what-if-words.ts';

/** The chart's figures as a table. */
export function QuarterTable({ prepared }: { prepared: PreparedWhatIf }) {
  const [open, setOpen] = useState(false);
  const { chart } = whatIfWords;
  return (
    <div className="no-print flex flex-col gap-2">
      <button
        type="button"
        className="button self-start text-sm"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        {chart.table}
      </button>
      {open && <Quarters prepared={prepared} />}
    </div>
  );
}

function Quarters({ prepared: { points, timeZone } }: { prepared: PreparedWhatIf }) {
  const { chart } = whatIfWords;
  return (
    <div
      className="max-h-96 overflow-auto rounded-lg border border-line"
      tabIndex={0}
      role="region"
      aria-label={chart.table}
    >
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-sunken">
          <tr>
            {Object.values(chart.columns).map((column) => (
              <th key={column} scope="col" className="px-2 py-2 text-left font-semibold">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map(({ at, beforeW, afterW, priceTicks }) => (
            <tr key={at} className="border-t border-line">
              <th scope="row" className="px-2 py-1 text-left font-normal">
                {clockTime(at, timeZone)}
              </th>
              <td className="px-2 py-1">{powerText(beforeW)}</td>
              <td className="px-2 py-1">{powerText(afterW)}</td>
              <td className="px-2 py-1 whitespace-nowrap">{pricePerKwh(priceTicks)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
