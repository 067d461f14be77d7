import type { inferRouterOutputs } from '@trpc/server';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { dateTime, eur, kwh } from '../_client/format.ts';
import { DataTable, type Column } from '../_ui/data-table.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Pager } from '../_ui/pager.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { uiWords } from '../_ui/ui-words.ts';
import { hrefOf, type AdminPlace } from './admin-place.ts';
import { adminWords } from './admin-words.ts';

type StayPage = inferRouterOutputs<AppRouter>['fleet']['stays'];
type Stay = StayPage['stays'][number];

const w = adminWords.stays;
const ANCHOR = 'stays';

/** The stays on all stations, newest first. */
export function StaySection({ page, place }: { page: StayPage; place: AdminPlace }) {
  const { stays, next } = page;
  const at = (from: string | null) => hrefOf({ ...place, stays: from }, ANCHOR);
  return (
    <SectionCard id={ANCHOR} title={w.title}>
      <DataTable
        caption={w.table}
        columns={columns}
        rows={stays}
        keyOf={({ sessionId }) => sessionId}
        anchorOf={({ sessionId }) => `stay-${sessionId}`}
        empty={<EmptyState title={w.empty} />}
        pager={
          <Pager
            of={w.title}
            previous={place.stays === null ? null : { href: at(null), label: uiWords.newest }}
            next={next === null ? null : { href: at(next), label: uiWords.older }}
          />
        }
      />
    </SectionCard>
  );
}

const [sinceHead, stationHead, cardHead, energyHead, cashbackHead, partHead, stateHead] = w.columns;

const columns: readonly Column<Stay>[] = [
  {
    head: sinceHead,
    isRowHead: true,
    isWhole: true,
    cell: ({ plugInAt, timeZone }) => dateTime(secondsFromDate(plugInAt), timeZone),
  },
  { head: stationHead, cell: ({ stationId, evseId }) => `${stationId} / ${evseId}` },
  { head: cardHead, cell: ({ driverName, card }) => driverName ?? card },
  {
    head: energyHead,
    isFigure: true,
    cell: ({ energyMilliWh }) => (energyMilliWh === null ? '–' : kwh(energyMilliWh)),
  },
  {
    head: cashbackHead,
    isFigure: true,
    cell: ({ cashbackMicro }) => (cashbackMicro === null ? '–' : eur(cashbackMicro)),
  },
  {
    head: partHead,
    isFigure: true,
    cell: ({ cpoMicro }) => (cpoMicro === null ? '–' : eur(cpoMicro)),
  },
  { head: stateHead, cell: stateOf },
];

function stateOf({ state, settleState, steering }: Stay): string {
  if (state === 'OPEN') return steering === 'OBSERVE' ? w.observe : w.open;
  if (settleState === 'SETTLED') return w.settled;
  if (settleState === 'WAITING_PRICES') return w.waiting;
  return settleState === 'REVIEW' ? w.review : w.pending;
}
