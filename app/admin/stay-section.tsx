import type { inferRouterOutputs } from '@trpc/server';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { dateTime, eur, kwh } from '../_client/format.ts';
import { adminWords } from './admin-words.ts';
import { DataTable } from './data-table.tsx';

type Stay = inferRouterOutputs<AppRouter>['fleet']['stays'][number];

const w = adminWords.stays;

/** The newest stays on all stations. */
export function StaySection({ stays }: { stays: readonly Stay[] }) {
  return (
    <section className="card flex flex-col gap-3" aria-labelledby="stays">
      <h2 id="stays" className="text-lg font-semibold">
        {w.title}
      </h2>
      {stays.length === 0 ? (
        <p className="text-soft">{w.empty}</p>
      ) : (
        <DataTable label={w.table} columns={w.columns}>
          {stays.map((stay) => (
            <tr
              key={stay.sessionId}
              id={`stay-${stay.sessionId}`}
              className="border-t border-line whitespace-nowrap target:bg-alert-page"
            >
              <td className="px-2 py-2">
                {dateTime(secondsFromDate(stay.plugInAt), stay.timeZone)}
              </td>
              <td className="px-2 py-2">
                {stay.stationId} / {stay.evseId}
              </td>
              <td className="px-2 py-2">{stay.driverName ?? stay.card}</td>
              <td className="px-2 py-2">
                {stay.energyMilliWh === null ? '–' : kwh(stay.energyMilliWh)}
              </td>
              <td className="px-2 py-2">
                {stay.cashbackMicro === null ? '–' : eur(stay.cashbackMicro)}
              </td>
              <td className="px-2 py-2">{stay.cpoMicro === null ? '–' : eur(stay.cpoMicro)}</td>
              <td className="px-2 py-2">{stateOf(stay)}</td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}

function stateOf({ state, settleState, steering }: Stay): string {
  if (state === 'OPEN') return steering === 'OBSERVE' ? w.observe : w.open;
  if (settleState === 'SETTLED') return w.settled;
  if (settleState === 'WAITING_PRICES') return w.waiting;
  return settleState === 'REVIEW' ? w.review : w.pending;
}
