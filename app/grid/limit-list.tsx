'use client';

import { secondsFromDate } from '#domain/time/instant.ts';
import { dateTime, kw } from '../_client/format.ts';
import { trpc } from '../_client/trpc.ts';
import { ActButton } from '../_ui/act-button.tsx';
import { DataTable, type Column } from '../_ui/data-table.tsx';
import { gridWords as w } from './grid-words.ts';
import type { GridNode } from './node-card.tsx';

type Limit = GridNode['limits'][number] & { timeZone: string };

const timeOf = (instant: Date, zone: string) => dateTime(secondsFromDate(instant), zone);

const endColumn: Column<Limit> = { head: w.columns.end, cell: (limit) => <EndButton limit={limit} /> };
const columns: Column<Limit>[] = [
  { head: w.columns.limit, cell: ({ limitW }) => kw(limitW), isRowHead: true },
  { head: w.columns.from, cell: ({ from, timeZone }) => timeOf(from, timeZone), isWhole: true },
  {
    head: w.columns.to,
    cell: ({ to, timeZone }) => (to === null ? w.furtherNotice : timeOf(to, timeZone)),
    isWhole: true,
  },
];

/** What was set on a node that holds or will; each can be ended. */
export function LimitList({ node, canWrite }: { node: GridNode; canWrite: boolean }) {
  const { limits, timeZone } = node;
  return (
    <div className="flex flex-col gap-1">
      <h3 className="font-semibold">{w.limits}</h3>
      {limits.length > 1 && <p className="hint">{w.limitsHint}</p>}
      <DataTable
        caption={w.limitsOf(node.name)}
        columns={canWrite ? [...columns, endColumn] : columns}
        rows={limits.map((limit) => ({ ...limit, timeZone }))}
        keyOf={({ id }) => id}
      />
    </div>
  );
}

function EndButton({ limit: { id, limitW, from, timeZone } }: { limit: Limit }) {
  return (
    <ActButton
      label={w.end}
      spoken={w.endOf(kw(limitW), timeOf(from, timeZone))}
      act={() => trpc.grid.endLimit.mutate({ limitId: id })}
    />
  );
}
