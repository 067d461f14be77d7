/** How a line or an area of a chart looks; dash and colour have one meaning in all charts. */
const marks = {
  after: 'h-3 bg-(--chart-after)',
  afterLine: 'border-t-2 border-(--chart-after)',
  planned: 'border-t-2 border-dotted border-(--chart-after)',
  before: 'border-t-2 border-dashed border-(--chart-before)',
  limit: 'border-t-2 border-dashed border-(--chart-limit)',
  binding: 'h-3 bg-(--chart-limit)/20',
} as const;

/** What the lines of a chart mean, beside them. */
export function ChartKey({ entries }: {
  entries: readonly { label: string; mark: keyof typeof marks }[];
}) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-soft">
      {entries.map(({ label, mark }) => (
        <li key={mark} className="inline-flex items-center gap-2">
          <span aria-hidden="true" className={`inline-block w-6 ${marks[mark]}`} />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** What the shaded hours mean. */
export function ValleyKey({ label }: { label: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <span
        aria-hidden="true"
        className="inline-block h-3 w-4 rounded-sm border border-edge bg-(--chart-valley)/30"
      />
      {label}
    </span>
  );
}
