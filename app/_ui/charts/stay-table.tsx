'use client';

import { useState } from 'react';
import { clientWords } from '../../_client/client-words.ts';
import { download } from '../../_client/download.ts';
import { useLater } from '../../_client/use-later.ts';
import { Button } from '../button.tsx';
import { FormNotice } from '../notice.tsx';
import { words } from '../words.ts';
import { rowsOf } from './prepare-stay.ts';
import type { PreparedStay } from './prepare-stay.ts';

type TableProps = { stay: PreparedStay; zone: string; name: string };

/** The chart's figures as a table, and as a file. */
export function StayTable({ stay, zone, name }: TableProps) {
  const [isOpen, setIsOpen] = useState(false);
  const { part, hasFailed, ask } = useLater(() => import('./stay-rows.tsx'));
  const save = async () => {
    const rows = await ask();
    if (rows !== null) download(`valley-${name}.csv`, rows.csvOf(rowsOf(stay)));
  };
  return (
    <div className="no-print flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button
          className="text-sm"
          aria-expanded={isOpen}
          onClick={() => {
            setIsOpen(!isOpen);
            void ask();
          }}
        >
          {words.chart.table}
        </Button>
        <Button
          className="text-sm"
          onClick={() => {
            void save();
          }}
        >
          {words.chart.csv}
        </Button>
      </div>
      <FormNotice state={{ done: false, wrong: hasFailed ? clientWords.offline : null }} />
      {isOpen && part !== null && <part.StayRows rows={rowsOf(stay)} zone={zone} />}
    </div>
  );
}
