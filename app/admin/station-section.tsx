'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { dateTime, duration, kw } from '../_client/format.ts';
import { Button } from '../_ui/button.tsx';
import { DataTable, type Column } from '../_ui/data-table.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Fold } from '../_ui/fold.tsx';
import { Pager } from '../_ui/pager.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { actionWords } from './action-words.ts';
import { hrefOf, neighboursOf, placeParams, type AdminPlace } from './admin-place.ts';
import { adminWords } from './admin-words.ts';
import { pointState } from './point-state.ts';
import { SearchForm } from './search-form.tsx';
import { StationDialog } from './station-dialog.tsx';
import { KeyNotice, StationForm, type NewKey } from './station-form.tsx';
import { stationUrl } from './station-url.ts';

type Outputs = inferRouterOutputs<AppRouter>['fleet'];
type Station = Outputs['stations']['stations'][number];
type StationProps = {
  page: Outputs['stations'];
  place: AdminPlace;
  sites: Outputs['locations'];
  canWrite: boolean;
  /** Where stations connect, and what else the operator should know of it. */
  base: string;
  proxyUrl: string | null;
};

const w = adminWords.stations;
const ANCHOR = 'stations';

/** Stations with their live status; a key is shown once, when it is made. */
export function StationSection({ page, place, sites, canWrite, base, proxyUrl }: StationProps) {
  const [shown, setShown] = useState<NewKey | null>(null);
  const search = place.stationSearch;
  return (
    <SectionCard id={ANCHOR} title={w.title}>
      {shown !== null && (
        <KeyNotice
          key={shown.key}
          made={shown}
          url={stationUrl(base, shown.id)}
          onClose={() => {
            setShown(null);
          }}
        />
      )}
      {(page.total > 0 || search !== '') && (
        <SearchForm
          name={placeParams.stationSearch}
          label={adminWords.search.stations}
          value={search}
          anchor={ANCHOR}
          allHref={hrefOf({ ...place, stations: 1, stationSearch: '' }, ANCHOR)}
        />
      )}
      <StationTable page={page} place={place} base={base} canWrite={canWrite} />
      {proxyUrl !== null && <p className="hint">{w.proxy(proxyUrl)}</p>}
      {canWrite && sites.length > 0 && (
        <Fold label={w.fold} isOpen={page.total === 0 && search === ''}>
          <StationForm sites={sites} onKey={setShown} />
        </Fold>
      )}
      {canWrite && sites.length === 0 && <p className="text-soft">{w.needsSite}</p>}
    </SectionCard>
  );
}

type TableProps = {
  page: Outputs['stations'];
  place: AdminPlace;
  base: string;
  canWrite: boolean;
};

function StationTable({ page, place, base, canWrite }: TableProps) {
  const [managed, setManaged] = useState<string | null>(null);
  const { stations, total, pages } = page;
  const station = stations.find(({ id }) => id === managed);
  const search = place.stationSearch;
  return (
    <>
      <DataTable
        caption={w.table}
        columns={columnsOf(setManaged)}
        rows={stations}
        keyOf={({ id }) => id}
        empty={<EmptyState title={search === '' ? w.empty : adminWords.search.nothing(search)} />}
        pager={
          <Pager
            of={w.title}
            {...neighboursOf(page, (stationsPage) =>
              hrefOf({ ...place, stations: stationsPage }, ANCHOR),
            )}
            place={adminWords.page(String(page.page), String(pages), String(total))}
          />
        }
      />
      {station !== undefined && (
        <StationDialog
          key={station.id}
          station={station}
          url={stationUrl(base, station.id)}
          canWrite={canWrite}
          onClose={() => {
            setManaged(null);
          }}
        />
      )}
    </>
  );
}

const [stationHead, statusHead, pointsHead, makeHead, doHead] = w.columns;

function columnsOf(manage: (stationId: string) => void): Column<Station>[] {
  return [
    {
      head: stationHead,
      isRowHead: true,
      cell: ({ id, locationName }) => (
        <>
          {id}
          <span className="hint block font-normal">{locationName}</span>
        </>
      ),
    },
    { head: statusHead, cell: (station) => <Status station={station} /> },
    { head: pointsHead, cell: (station) => <Points station={station} /> },
    {
      head: makeHead,
      cell: ({ vendor, model, protocol }) => (
        <span>
          {[vendor, model].filter(Boolean).join(' ') || '–'}
          <span className="hint block">{protocol ?? ''}</span>
        </span>
      ),
    },
    {
      head: doHead,
      cell: ({ id }) => (
        <Button
          className="justify-self-start"
          aria-label={actionWords.openHint(id)}
          onClick={() => {
            manage(id);
          }}
        >
          {actionWords.open}
        </Button>
      ),
    },
  ];
}

function Points({ station }: { station: Station }) {
  return (
    <span>
      {station.evses.map((evse) => (
        <span key={evse.evseId} className="block whitespace-nowrap">
          {w.point(String(evse.evseId), pointState(evse.status))}{' '}
          <span className="hint">{kw(evse.maxPowerW)}</span>
        </span>
      ))}
    </span>
  );
}

function Status({ station }: { station: Station }) {
  const { lastSeenAt, clockOffS, failedCommands, connected } = station;
  const seen =
    lastSeenAt === null ? w.never : w.seen(dateTime(secondsFromDate(lastSeenAt), station.timeZone));
  return (
    <span>
      <span
        className={`whitespace-nowrap font-semibold ${connected ? 'text-gain' : 'text-alert'}`}
      >
        <span aria-hidden="true">{connected ? '● ' : '○ '}</span>
        {connected ? w.connected : w.away}
      </span>
      {station.isDisabled && <span className="wrong block">{w.disabled}</span>}
      <span className="hint block">{seen}</span>
      {failedCommands > 0 && (
        <span className="wrong block">
          {failedCommands === 1 ? w.failed.one : w.failed.many(String(failedCommands))}
        </span>
      )}
      {clockOffS !== null && (
        <span className="wrong block md:min-w-48">
          {clockOffS > 0 ? w.clockSlow(duration(clockOffS)) : w.clockFast(duration(-clockOffS))}
        </span>
      )}
    </span>
  );
}
