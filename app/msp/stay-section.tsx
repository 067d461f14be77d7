import type { inferRouterOutputs } from '@trpc/server';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { dateTime, eur, kwh } from '../_client/format.ts';
import { DataTable, type Column } from '../_ui/data-table.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Pager } from '../_ui/pager.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { CsvButton } from './csv-button.tsx';
import { mspWords as w } from './msp-words.ts';
import { cursorText } from './stay-cursor.ts';

type Page = inferRouterOutputs<AppRouter>['msp']['stays'];
type Stay = Page['stays'][number];

const c = w.stayColumns;
const columns: Column<Stay>[] = [
  { head: c.plugged, cell: ({ plugInAt, timeZone }) => dateTime(secondsFromDate(plugInAt), timeZone), isRowHead: true },
  { head: c.left, cell: ({ plugOutAt, timeZone }) => dateTime(secondsFromDate(plugOutAt), timeZone) },
  { head: c.card, cell: ({ cardEnd }) => w.card(cardEnd), isWhole: true },
  { head: c.operator, cell: ({ operator }) => operator },
  { head: c.energy, cell: ({ energyMilliWh }) => kwh(energyMilliWh), isFigure: true },
  { head: c.cashback, cell: ({ cashbackMicro }) => eur(cashbackMicro), isFigure: true },
  { head: c.own, cell: ({ ownMicro }) => eur(ownMicro), isFigure: true },
];

/** The settled stays of the provider's drivers, without names. */
export function StaySection({ page, isNewest }: { page: Page; isNewest: boolean }) {
  const { stays, next } = page;
  return (
    <SectionCard title={w.stays} actions={stays.length > 0 && <CsvButton />}>
      <DataTable
        caption={w.stayTable}
        columns={columns}
        rows={stays}
        keyOf={({ sessionId }) => sessionId}
        anchorOf={({ sessionId }) => `stay-${sessionId}`}
        empty={<EmptyState title={w.noStays} hint={w.noStaysHint} />}
        pager={
          <Pager
            of={w.stays}
            previous={isNewest ? null : { href: '/msp', label: w.newest }}
            next={next === null ? null : { href: `/msp?before=${cursorText(next)}`, label: w.older }}
          />
        }
      />
    </SectionCard>
  );
}
