'use client';

import { isoFromSeconds } from '#domain/time/instant.ts';
import { useState } from 'react';
import { download } from '../../_client/csv.ts';
import { clockTime, kw, pricePerKwh } from '../../_client/format.ts';
import { words } from '../words.ts';
import { rowsOf } from './prepare-stay.ts';
import type { PreparedStay, StayRow } from './prepare-stay.ts';

/** The chart's figures as a table, and as a file. */
export function StayTable({
  stay,
  zone,
  name,
}: {
  stay: PreparedStay;
  zone: string;
  name: string;
}) {
  const [open, setOpen] = useState(false);
  return (
    <div className="no-print flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="button text-sm"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {words.chart.table}
        </button>
        <button
          type="button"
          className="button text-sm"
          onClick={() => {
            download(`valley-${name}.csv`, csvOf(rowsOf(stay)));
          }}
        >
          {words.chart.csv}
        </button>
      </div>
      {open && <Table rows={rowsOf(stay)} zone={zone} />}
    </div>
  );
}

function Table({ rows, zone }: { rows: readonly StayRow[]; zone: string }) {
  const { columns } = words.chart;
  const power = (powerW: number | null) => (powerW === null ? words.chart.none : kw(powerW));
  return (
    <div
      className="max-h-96 overflow-auto rounded-lg border border-line"
      tabIndex={0}
      role="region"
      aria-label={words.chart.table}
    >
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-sunken">
          <tr>
            {Object.values(columns).map((column) => (
              <th key={column} scope="col" className="px-2 py-2 text-left font-semibold">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.startAt} className="border-t border-line">
              <th scope="row" className="px-2 py-1 text-left font-normal">
                {clockTime(row.startAt, zone)}
              </th>
              <td className="px-2 py-1 whitespace-nowrap">
                {row.priceKind === 'expected'
                  ? words.chart.expectedPrice(pricePerKwh(row.priceTicks))
                  : pricePerKwh(row.priceTicks)}
              </td>
              <td className="px-2 py-1">{power(row.plannedW)}</td>
              <td className="px-2 py-1">{power(row.measuredW)}</td>
              <td className="px-2 py-1">{power(row.withoutW)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** csvOf writes the rows for a machine: UTC, EUR/MWh, watts; an unknown value is an empty cell. */
export function csvOf(rows: readonly StayRow[]): string {
  const head = 'start_utc,price_eur_mwh,price_kind,planned_w,measured_w,without_valley_w';
  const lines = rows.map((row) =>
    [
      isoFromSeconds(row.startAt),
      row.priceTicks === null ? '' : (row.priceTicks / 100).toFixed(2),
      row.priceKind ?? '',
      row.plannedW ?? '',
      row.measuredW ?? '',
      row.withoutW ?? '',
    ].join(','),
  );
  return [head, ...lines, ''].join('\n');
}
