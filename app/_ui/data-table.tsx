// The parts of the table say what they are: laid out as cards, some browsers take them for none.
/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role */
import type { ReactNode } from 'react';

/** One column: its head, and what stands in it for a row. */
export type Column<Row> = {
  head: string;
  cell: (row: Row) => ReactNode;
  /** Names the row for screen readers, and heads its card on a phone. One per table. */
  isRowHead?: boolean;
  /** Figures stand at the end, so that their digits line up. */
  isFigure?: boolean;
  /** Kept on one line. */
  isWhole?: boolean;
};

type DataTableProps<Row> = {
  /** Names the table for screen readers: it can be scrolled, so it can be reached by keyboard. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
  /** What an address may point at with its anchor. */
  anchorOf?: (row: Row) => string;
  /** Stands in the table's place where it has no rows. */
  empty?: ReactNode;
  /** Long tables scroll within the page, below their own head. */
  isTall?: boolean;
  /** Where the server cut the list: the way to the other pages. */
  pager?: ReactNode;
};

/**
 * The one table: a named region that scrolls by itself. On a phone each row is a card of lines with
 * their heads beside them, for a table of five columns is not read by moving it to and fro.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, keyOf, anchorOf, empty = null, isTall = false, pager } = props;
  return (
    <>
      {rows.length === 0 ? (
        empty
      ) : (
        <div
          className={`table-frame ${isTall ? 'table-frame-tall' : ''}`}
          tabIndex={0}
          role="region"
          aria-label={caption}
        >
          <table className="data-table" role="table">
            <thead role="rowgroup">
              <tr role="row">
                {columns.map((column) => (
                  <th
                    key={column.head}
                    scope="col"
                    role="columnheader"
                    className={column.isFigure ? 'text-end' : ''}
                  >
                    {column.head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody role="rowgroup">
              {rows.map((row) => (
                <tr key={keyOf(row)} role="row" id={anchorOf?.(row)}>
                  {columns.map((column) => (
                    <Cell key={column.head} column={column} row={row} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pager}
    </>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const { head, cell, isRowHead, isFigure, isWhole } = column;
  const className = `${isFigure ? 'md:text-end' : ''} ${isWhole || isFigure ? 'whitespace-nowrap' : ''}`;
  if (isRowHead) {
    return (
      <th scope="row" role="rowheader" className={className}>
        {cell(row)}
      </th>
    );
  }
  return (
    <td role="cell" data-head={head} className={className}>
      {cell(row)}
    </td>
  );
}
