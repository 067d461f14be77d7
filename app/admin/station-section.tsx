'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { dateTime, duration, kw } from '../_client/format.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { CopyLine } from '../_ui/copy-line.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNote } from '../_ui/form-note.tsx';
import { actionWords } from './action-words.ts';
import { adminWords } from './admin-words.ts';
import { DataTable } from './data-table.tsx';
import { StationDialog } from './station-dialog.tsx';
import { stationUrl } from './station-url.ts';

type Outputs = inferRouterOutputs<AppRouter>['fleet'];
type Station = Outputs['stations'][number];
type NewKey = Outputs['createStation'];
type StationProps = {
  stations: Outputs['stations'];
  sites: Outputs['locations'];
  canWrite: boolean;
  /** Where stations connect, and what else the operator should know of it. */
  base: string;
  proxyUrl: string | null;
};

const w = adminWords.stations;

/** Stations with their live status; a key is shown once, when it is made. */
export function StationSection({ stations, sites, canWrite, base, proxyUrl }: StationProps) {
  const [shown, setShown] = useState<NewKey | null>(null);
  return (
    <section className="card flex flex-col gap-3" aria-labelledby="stations">
      <h2 id="stations" className="text-lg font-semibold">
        {w.title}
      </h2>
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
      {stations.length === 0 ? (
        <p className="text-soft">{w.empty}</p>
      ) : (
        <StationTable stations={stations} canWrite={canWrite} base={base} onKey={setShown} />
      )}
      {proxyUrl !== null && <p className="hint">{w.proxy(proxyUrl)}</p>}
      {canWrite && sites.length > 0 && <StationForm sites={sites} onKey={setShown} />}
      {canWrite && sites.length === 0 && <p className="text-soft">{w.needsSite}</p>}
    </section>
  );
}

type KeyProps = { made: NewKey; url: string; onClose: () => void };

function KeyNotice({ made, url, onClose }: KeyProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  const { key, id } = made;
  const { copy, copied } = adminWords.key;
  return (
    <div className="flex flex-col gap-2 rounded-xl border-2 border-action p-4">
      <h3 ref={heading} tabIndex={-1} className="font-semibold">
        {adminWords.key.title(id)}
      </h3>
      <p className="hint">{adminWords.key.once}</p>
      <CopyLine label={adminWords.key.url} value={url} copy={copy} copied={copied} />
      <CopyLine label={adminWords.key.user} value={id} copy={copy} copied={copied} />
      <CopyLine label={adminWords.key.key} value={key} copy={copy} copied={copied} />
      <button type="button" className="button self-start" onClick={onClose}>
        {adminWords.key.close}
      </button>
    </div>
  );
}

type TableProps = {
  stations: readonly Station[];
  canWrite: boolean;
  base: string;
  onKey: (made: NewKey) => void;
};

function StationTable({ stations, canWrite, base, onKey }: TableProps) {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const [managed, setManaged] = useState<string | null>(null);
  const station = stations.find(({ id }) => id === managed);
  const rotate = (stationId: string) => {
    void submit(async () => {
      onKey(await trpc.fleet.rotateKey.mutate({ stationId }));
    });
  };
  const setEnabled = (stationId: string, isEnabled: boolean) => {
    void submit(async () => {
      await trpc.fleet.setStationEnabled.mutate({ stationId, isEnabled });
      router.refresh();
    });
  };
  return (
    <>
      <DataTable label={w.table} columns={w.columns.slice(0, canWrite ? 6 : 5)} isTall={false}>
        {stations.map((each) => (
          <StationLine
            key={each.id}
            station={each}
            base={base}
            write={canWrite ? { rotate, setEnabled } : null}
            manage={setManaged}
          />
        ))}
      </DataTable>
      <FormNote state={state} done="" />
      {station !== undefined && (
        <StationDialog
          key={station.id}
          station={station}
          canWrite={canWrite}
          onClose={() => {
            setManaged(null);
          }}
        />
      )}
    </>
  );
}

type Write = {
  rotate: (stationId: string) => void;
  setEnabled: (stationId: string, isEnabled: boolean) => void;
};

type LineProps = {
  station: Station;
  base: string;
  write: Write | null;
  manage: (stationId: string) => void;
};

function StationLine({ station, base, write, manage }: LineProps) {
  return (
    <tr className="border-t border-line align-top">
      <th scope="row" className="px-2 py-2 text-left">
        {station.id}
        <span className="hint block font-normal">{station.locationName}</span>
        <button
          type="button"
          className="button mt-2"
          aria-label={actionWords.openHint(station.id)}
          onClick={() => {
            manage(station.id);
          }}
        >
          {actionWords.open}
        </button>
      </th>
      <td className="px-2 py-2">
        <Status station={station} />
      </td>
      <td className="px-2 py-2">
        {station.evses.map((evse) => (
          <span key={evse.evseId} className="block whitespace-nowrap">
            {evse.evseId}: {evse.status ?? '–'} <span className="hint">{kw(evse.maxPowerW)}</span>
          </span>
        ))}
      </td>
      <td className="px-2 py-2">
        {[station.vendor, station.model].filter(Boolean).join(' ') || '–'}
        <span className="hint block">{station.protocol ?? ''}</span>
      </td>
      <td className="px-2 py-2">
        <code className="block min-w-40 break-all">{stationUrl(base, station.id)}</code>
      </td>
      {write !== null && (
        <td className="px-2 py-2">
          <AccessButtons station={station} write={write} />
        </td>
      )}
    </tr>
  );
}

function AccessButtons({
  station: { id, isDisabled },
  write,
}: {
  station: Station;
  write: Write;
}) {
  return (
    <div className="flex flex-col items-start gap-2">
      <button
        type="button"
        className="button whitespace-nowrap"
        aria-label={w.rotateHint(id)}
        onClick={() => {
          write.rotate(id);
        }}
      >
        {w.rotate}
      </button>
      <button
        type="button"
        className="button whitespace-nowrap"
        aria-label={isDisabled ? w.enableHint(id) : w.disableHint(id)}
        onClick={() => {
          write.setEnabled(id, isDisabled);
        }}
      >
        {isDisabled ? w.enable : w.disable}
      </button>
    </div>
  );
}

function Status({ station }: { station: Station }) {
  const { lastSeenAt, clockOffS, failedCommands, connected } = station;
  const seen =
    lastSeenAt === null ? w.never : w.seen(dateTime(secondsFromDate(lastSeenAt), station.timeZone));
  return (
    <>
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
        <span className="wrong block min-w-48">
          {clockOffS > 0 ? w.clockSlow(duration(clockOffS)) : w.clockFast(duration(-clockOffS))}
        </span>
      )}
    </>
  );
}

function StationForm({
  sites,
  onKey,
}: {
  sites: Outputs['locations'];
  onKey: (made: NewKey) => void;
}) {
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    const made = await submit(async () => {
      onKey(
        await trpc.fleet.createStation.mutate({
          id: text('id'),
          locationId: text('site'),
          evses: Number(text('evses')),
          maxPowerW: Math.round(Number(text('power').replace(',', '.')) * 1000),
          phases: text('phases') === '1' ? 1 : 3,
        }),
      );
    });
    if (!made) return;
    form.reset();
    router.refresh();
  };
  return (
    <form
      className="grid items-start gap-3 sm:grid-cols-2"
      onSubmit={(event) => {
        void send(event);
      }}
    >
      <Field name="id" label={w.id} hint={w.idHint} autoComplete="off" />
      <Choice
        name="site"
        label={w.site}
        options={sites.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Field name="evses" type="number" min={1} max={20} defaultValue={1} label={w.evses} />
      <Field
        name="power"
        inputMode="decimal"
        defaultValue="22"
        label={w.power}
        pattern="[0-9]+([.,][0-9]+)?"
      />
      <Choice
        name="phases"
        label={w.phases}
        options={[
          { value: '3', label: '3' },
          { value: '1', label: '1' },
        ]}
      />
      <div className="flex flex-col gap-2 self-end">
        <button type="submit" className="button" aria-disabled={state.busy}>
          {w.add}
        </button>
      </div>
      <FormNote state={state} done="" />
    </form>
  );
}
