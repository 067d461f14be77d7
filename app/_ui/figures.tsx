const sizes = { plain: '', large: 'text-lg', huge: 'text-2xl' } as const;
const columns = { four: 'sm:grid-cols-4', five: 'sm:grid-cols-3 lg:grid-cols-5' } as const;

type FiguresProps = {
  figures: readonly (readonly [label: string, value: string])[];
  size?: keyof typeof sizes;
  wide?: keyof typeof columns;
};

/** Figures beside each other, each below what it is. */
export function Figures({ figures, size = 'plain', wide = 'four' }: FiguresProps) {
  return (
    <dl className={`grid grid-cols-2 gap-x-4 gap-y-2 ${columns[wide]}`}>
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt className="hint">{label}</dt>
          <dd className={`font-semibold tabular-nums ${sizes[size]}`}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
