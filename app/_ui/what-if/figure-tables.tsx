import type { PreparedWhatIf } from '../charts/prepare-what-if.ts';
import { figureRows, payoutRows, summaryRows } from './what-if-texts.ts';
import { whatIfWords } from './what-if-words.ts';

type Props = { prepared: PreparedWhatIf };

/** Three figures that stay in sight on a phone while a slider moves. */
export function SummaryBar({ prepared }: Props) {
  return (
    <dl
      aria-label={whatIfWords.summary.label}
      className="no-print sticky top-0 z-10 -mx-4 flex flex-wrap gap-x-4 border-b border-line bg-surface px-4 py-2 text-xs tabular-nums lg:hidden"
    >
      {summaryRows(prepared).map(({ label, value }) => (
        <div key={label} className="flex flex-col">
          <dt className="text-soft">{label}</dt>
          <dd className="font-semibold">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function FigureTables({ prepared }: Props) {
  return (
    <div className="grid gap-4 xl:grid-cols-[3fr_2fr]">
      <BeforeAfter prepared={prepared} />
      <Payouts prepared={prepared} />
    </div>
  );
}

function BeforeAfter({ prepared }: Props) {
  const { figures } = whatIfWords;
  return (
    <section className="card" aria-labelledby="before-after">
      <h2 id="before-after" className="font-semibold">
        {figures.title}
      </h2>
      <table className="mt-2 w-full text-sm" data-testid="figures">
        <caption className="sr-only">{figures.caption}</caption>
        <thead>
          <tr>
            <th scope="col" className="sr-only">
              {figures.row}
            </th>
            <th scope="col" className="py-1 pr-2 text-left font-semibold text-soft">
              {figures.before}
            </th>
            <th scope="col" className="py-1 text-left font-semibold text-soft">
              {figures.after}
            </th>
          </tr>
        </thead>
        <tbody>
          {figureRows(prepared).map(({ label, before, after }) => (
            <tr key={label} className="border-t border-line align-top">
              <th scope="row" className="py-2 pr-2 text-left font-normal text-soft">
                {label}
              </th>
              <td className="py-2 pr-2">{before}</td>
              <td className="py-2 font-semibold">{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Payouts({ prepared }: Props) {
  const { payout } = whatIfWords;
  return (
    <section className="card" aria-labelledby="payout">
      <h2 id="payout" className="font-semibold">
        {payout.title}
      </h2>
      <p className="hint mt-1">{payout.hint}</p>
      <dl className="mt-2 text-sm tabular-nums" data-testid="payout">
        {payoutRows(prepared).map(({ label, value }, index) => (
          <div key={label} className="flex justify-between gap-3 border-t border-line py-2">
            <dt className="text-soft">{label}</dt>
            <dd className={`text-right ${index === 0 ? 'font-semibold text-gain' : ''}`}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
