import type { ReactNode } from 'react';

type DataTableProps = {
  /** Names the table for screen readers: it can be scrolled, so it can be reached by keyboard. */
  label: string;
  columns: readonly string[];
  /** Long tables scroll within the page, below their own head. */
  isTall?: boolean;
  children: ReactNode;
};

/** The frame of every table here: a named region that scrolls by itself, and a head. */
export function DataTable({ label, columns, isTall = true, children }: DataTableProps) {
  return (
    <div
      className={isTall ? 'max-h-96 overflow-auto' : 'overflow-x-auto'}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-surface">
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="px-2 py-2 text-left">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
