import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { clientWords } from '../_client/client-words.ts';
import { eur, kwh } from '../_client/format.ts';
import { DataTable, type Column } from '../_ui/data-table.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Figures } from '../_ui/figures.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { mspWords as w } from './msp-words.ts';

type Months = inferRouterOutputs<AppRouter>['msp']['months'];
type Month = Months['months'][number];

const c = w.monthColumns;
const columns: Column<Month>[] = [
  { head: c.month, cell: ({ month }) => monthName(month), isRowHead: true },
  { head: c.stays, cell: ({ stays }) => stays, isFigure: true },
  { head: c.energy, cell: ({ energyMilliWh }) => kwh(energyMilliWh), isFigure: true },
  { head: c.cashback, cell: ({ cashbackMicro }) => eur(cashbackMicro), isFigure: true },
  { head: c.own, cell: ({ ownMicro }) => eur(ownMicro), isFigure: true },
];

/** What is the provider's: this month, in all, and month by month. */
export function MonthSection({ months, nowAt }: Months) {
  // Months are those of the streets: one may have begun there before it does in UTC.
  const inUtc = nowAt.toISOString().slice(0, 'YYYY-MM'.length);
  const running = months.reduce((latest, { month }) => (month > latest ? month : latest), inUtc);
  const now = months.find(({ month }) => month === running);
  const total = months.reduce((sum, { ownMicro }) => sum + BigInt(ownMicro), 0n);
  const figures = [
    [w.thisMonth(monthName(running)), eur(now?.ownMicro ?? '0')],
    [w.total, eur(String(total))],
  ] as const;
  return (
    <SectionCard
      title={w.ownTitle}
      empty={months.length === 0 && <EmptyState title={w.noStays} hint={w.noStaysHint} />}
    >
      {months.length > 0 && (
        <>
          <Figures figures={figures} size="huge" />
          <DataTable caption={w.months} columns={columns} rows={months} keyOf={({ month }) => month} />
          <p className="hint">{w.monthsNote}</p>
        </>
      )}
    </SectionCard>
  );
}

function monthName(month: string): string {
  const options = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(clientWords.locale, options).format(new Date(`${month}-01T00:00:00Z`));
}
