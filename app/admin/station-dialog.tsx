'use client';

import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { FormNote } from '../_ui/form-note.tsx';
import { actionWords as w } from './action-words.ts';
import { CommandLogTable, outcomeOf } from './command-log.tsx';
import { StationDraft, type Draft } from './station-draft.tsx';
import { useCommandLog } from './use-command-log.ts';

type Station = inferRouterOutputs<AppRouter>['fleet']['stations'][number];
type Action = inferRouterInputs<AppRouter>['fleet']['askStation']['action'];
type DialogProps = { station: Station; canWrite: boolean; onClose: () => void };

/** One station: what can be asked of it, and what was asked and answered. */
export function StationDialog({ station, canWrite, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const { log, look } = useCommandLog(station.id);
  const [asked, setAsked] = useState<string | null>(null);
  const outcome = log?.find(({ id }) => id === asked) ?? null;
  return (
    <dialog
      ref={dialog}
      aria-labelledby="station-title"
      className="m-auto max-h-[92dvh] w-full max-w-3xl overflow-auto rounded-2xl border border-line bg-surface p-4 text-ink backdrop:bg-black/50"
      onClose={onClose}
    >
      <div className="flex flex-col gap-3">
        <div className="flex items-start justify-between gap-3">
          <div>
            <h2 id="station-title" className="text-lg font-semibold">
              {w.title(station.id)}
            </h2>
            <p className="hint">{station.locationName}</p>
          </div>
          <button
            type="button"
            className="button"
            onClick={() => {
              dialog.current?.close();
            }}
          >
            {w.close}
          </button>
        </div>
        {canWrite && (
          <Actions
            station={station}
            onAsked={(id) => {
              setAsked(id);
              look();
            }}
          />
        )}
        <p role="status" className="font-semibold empty:hidden">
          {asked === null ? '' : outcome === null ? w.outcome.waiting : outcomeOf(outcome)}
        </p>
        <h3 className="font-semibold">{w.log.title}</h3>
        {log !== null && <CommandLogTable log={log} timeZone={station.timeZone} />}
      </div>
    </dialog>
  );
}

function Actions({ station, onAsked }: { station: Station; onAsked: (id: string | null) => void }) {
  const { submit, ...state } = useSubmit();
  const [draft, setDraft] = useState<Draft | null>(null);
  const router = useRouter();
  const send = (action: Action) => {
    void submit(async () => {
      const { ids } = await trpc.fleet.askStation.mutate({ stationId: station.id, action });
      setDraft(null);
      onAsked(ids[0] ?? null);
      router.refresh();
    });
  };
  const reason = station.actions.length === 0 ? w.unknown : station.connected ? null : w.away;
  const choose = (next: Draft) => {
    if (reason !== null) return;
    if (next.confirm === null && next.action !== null) send(next.action);
    else setDraft(next);
  };
  return (
    <>
      {reason !== null && (
        <p id="station-away" className="wrong">
          {reason}
        </p>
      )}
      <ul className="flex flex-col gap-2">
        {groupsOf(station).map(({ title, drafts }) => (
          <li key={title} className="rounded-xl border border-line px-3 py-2">
            <p className="mb-2 font-semibold">{title}</p>
            <div className="flex flex-wrap gap-2">
              {drafts.map((each) => (
                <button
                  key={each.label}
                  type="button"
                  className="button"
                  aria-disabled={reason !== null || state.busy}
                  aria-describedby={reason === null ? undefined : 'station-away'}
                  onClick={() => {
                    choose(each);
                  }}
                >
                  {each.label}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {draft !== null && (
        <StationDraft
          key={`${draft.label} ${draft.evseId ?? ''}`}
          draft={draft}
          busy={state.busy}
          send={send}
          cancel={() => {
            setDraft(null);
          }}
        />
      )}
      <FormNote state={state} done="" />
    </>
  );
}

type Group = { title: string; drafts: Draft[] };

/** What may be asked, by charging point and of the whole station; only what its protocol version knows. */
function groupsOf(station: Station): Group[] {
  const may = new Set(station.actions);
  const points = station.evses.map((evse): Group => ({
    title: w.evse(String(evse.evseId), evse.status ?? w.silent),
    drafts: pointDrafts(evse).filter(({ kind }) => may.has(kind)),
  }));
  const whole = {
    title: w.whole,
    drafts: wholeDrafts(station).filter(({ kind }) => may.has(kind)),
  };
  return [...points, whole].filter(({ drafts }) => drafts.length > 0);
}

function pointDrafts({ evseId, isCharging }: Station['evses'][number]): Draft[] {
  const id = String(evseId);
  const startOrStop: Draft = isCharging
    ? {
        kind: 'stop',
        evseId,
        label: w.stop,
        confirm: w.confirm.stop(id),
        action: { kind: 'stop', evseId },
      }
    : { kind: 'start', evseId, label: w.start, confirm: null, action: null };
  const unlock: Draft = {
    kind: 'unlock',
    evseId,
    label: w.unlock,
    confirm: w.confirm.unlock(id),
    action: { kind: 'unlock', evseId },
  };
  return [startOrStop, unlock];
}

type ByCars = { nobody: string; one: string; many: (cars: string) => string };

function wholeDrafts({ evses, protocol }: Station): Draft[] {
  const { confirm } = w;
  const cars = evses.filter(({ isCharging }) => isCharging).length;
  const said = ({ nobody, one, many }: ByCars) =>
    cars === 0 ? nobody : cars === 1 ? one : many(String(cars));
  const restart = (hard: boolean, sentence: string): Draft => ({
    kind: 'restart',
    label: hard ? w.hardRestart : w.softRestart,
    confirm: sentence,
    action: { kind: 'restart', hard },
  });
  return [
    { kind: 'status', label: w.status, confirm: null, action: { kind: 'status' } },
    // 1.6 knows no waiting.
    restart(false, protocol === 'ocpp1.6' ? said(confirm.softNow) : confirm.softIdle),
    restart(true, said(confirm.hard)),
    { kind: 'report', label: w.report, confirm: null, action: { kind: 'report' } },
  ];
}
