'use client';

import { useState } from 'react';
import { clockTime, pricePerKwh } from '../../_client/format.ts';
import { Button } from '../button.tsx';
import type { PreparedWhatIf, WhatIfPoint } from '../charts/prepare-what-if.ts';
import { DataTable } from '../data-table.tsx';
import type { Column } from '../data-table.tsx';
import { powerText } from './what-if-texts.ts';
import { whatIfWords } from './what-if-words.ts';

const w = whatIfWords.chart;

/** The chart's figures as a table. */
export function QuarterTable({ prepared }: { prepared: PreparedWhatIf }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="no-print flex flex-col gap-2">
      <Button
        className="self-start text-sm"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        {w.table}
      </Button>
      {open && <Quarters prepared={prepared} />}
    </div>
  );
}

function Quarters({ prepared: { points, timeZone } }: { prepared: PreparedWhatIf }) {
  const columns: Column<WhatIfPoint>[] = [
    { head: w.columns.time, isRowHead: true, cell: ({ at }) => clockTime(at, timeZone) },
    { head: w.columns.before, isFigure: true, cell: ({ beforeW }) => powerText(beforeW) },
    { head: w.columns.after, isFigure: true, cell: ({ afterW }) => powerText(afterW) },
    { head: w.columns.price, isFigure: true, cell: ({ priceTicks }) => pricePerKwh(priceTicks) },
  ];
  return <DataTable caption={w.table} columns={columns} rows={points} keyOf={({ at }) => at} isTall />;
}
