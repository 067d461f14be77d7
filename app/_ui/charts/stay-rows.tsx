import { isoFromSeconds } from '#domain/time/instant.ts';
import { clockTime, kw, pricePerKwh } from '../../_client/format.ts';
import { DataTable } from '../data-table.tsx';
import type { Column } from '../data-table.tsx';
import { words } from '../words.ts';
import type { StayRow } from './prepare-stay.ts';

/** The chart's figures, a quarter of an hour a row. */
export function StayRows({ rows, zone }: { rows: readonly StayRow[]; zone: string }) {
  const heads = words.chart.columns;
  const power = (powerW: number | null) => (powerW === null ? words.chart.none : kw(powerW));
  const price = ({ priceTicks, priceKind }: StayRow) =>
    priceKind === 'expected'
      ? words.chart.expectedPrice(pricePerKwh(priceTicks))
      : pricePerKwh(priceTicks);
  const columns: Column<StayRow>[] = [
    { head: heads.time, isRowHead: true, cell: ({ startAt }) => clockTime(startAt, zone) },
    { head: heads.price, isFigure: true, cell: price },
    { head: heads.planned, isFigure: true, cell: ({ plannedW }) => power(plannedW) },
    { head: heads.measured, isFigure: true, cell: ({ measuredW }) => power(measuredW) },
    { head: heads.without, isFigure: true, cell: ({ withoutW }) => power(withoutW) },
  ];
  return (
    <DataTable
      caption={words.chart.table}
      columns={columns}
      rows={rows}
      keyOf={({ startAt }) => startAt}
      isTall
    />
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
