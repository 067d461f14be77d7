/** A spreadsheet runs a cell that begins like this as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export type CsvCell = string | number | null;

/**
 * csvOf writes rows for a machine: RFC 4180 with a dot for decimals; null is an empty cell. Text that
 * a spreadsheet would run is kept from it by an apostrophe; numbers are written as they are.
 */
export function csvOf(head: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(cellText).join(','));
  return [...lines, ''].join('\r\n');
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
