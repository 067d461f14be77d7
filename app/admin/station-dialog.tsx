'use client';

import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { AppRouter } from '#server/trpc/root.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit, type SubmitState } from '../_client/use-submit.ts';
import { Button } from '../_ui/button.tsx';
import { Confirm } from '../_ui/confirm.tsx';
import { Dialog } from '../_ui/dialog.tsx';
import { FormNotice, Notice } from '../_ui/notice.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { actionWords as w } from './action-words.ts';
import { CommandLogTable, outcomeOf } from './command-log.tsx';
import { pointState } from './point-state.ts';
import { StationAccess } from './station-access.tsx';
import { StationDraft, type Draft } from './station-draft.tsx';
import { useCommandLog } from './use-command-log.ts';

type Station = inferRouterOutputs<AppRouter>['fleet']['stations']['stations'][number];
type Action = inferRouterInputs<AppRouter>['fleet']['askStation']['action'];
type DialogProps = {
  station: Station;
  /** Where it connects. */
  url: string;
  canWrite: boolean;
  onClose: () => void;
};

/** One station: what can be asked of it, and what was asked and answered. */
export function StationDialog({ station, url, canWrite, onClose }: DialogProps) {
  const { log, look } = useCommandLog(station.id);
  const [asked, setAsked] = useState<string | null>(null);
  const [hasNewKey, setHasNewKey] = useState(false);
  const outcome = log?.find(({ id }) => id === asked) ?? null;
  return (
    <Dialog
      title={w.title(station.id)}
      hint={station.locationName}
      close={w.close}
      isHeld={hasNewKey}
      onClose={onClose}
    >
      {canWrite && (
        <Actions
          station={station}
          onAsked={(id) => {
            setAsked(id);
            look();
          }}
        />
      )}
      <p role="status" className="font-semibold empty:sr-only">
        {asked === null ? '' : outcome === null ? w.outcome.waiting : outcomeOf(outcome)}
      </p>
      <h3 className="font-semibold">{w.log.title}</h3>
      {log === null ? (
        <Skeleton className="h-32" />
      ) : (
        <CommandLogTable log={log} timeZone={station.timeZone} />
      )}
      <StationAccess station={station} url={url} canWrite={canWrite} onNewKey={setHasNewKey} />
    </Dialog>
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
  const on = {
    send,
    cancel: () => {
      setDraft(null);
    },
  };
  const choose = (next: Draft) => {
    if (next.confirm === null && next.action !== null) send(next.action);
    else setDraft(next);
  };
  return (
    <>
      {reason !== null && (
        <Notice kind="warn" isStill>
          <p id="station-away">{reason}</p>
        </Notice>
      )}
      <ul className="flex flex-col gap-2">
        {groupsOf(station).map(({ title, drafts }) => (
          <li key={title} className="rounded-xl border border-line px-3 py-2">
            <p className="mb-2 font-semibold">{title}</p>
            <div className="flex flex-wrap gap-2">
              {drafts.map((each) => (
                <Button
                  key={each.label}
                  off={reason !== null || state.busy}
                  aria-describedby={reason === null ? undefined : 'station-away'}
                  onClick={() => {
                    choose(each);
                  }}
                >
                  {each.label}
                </Button>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {draft !== null && (
        <Asked key={`${draft.label} ${draft.evseId ?? ''}`} draft={draft} state={state} {...on} />
      )}
      {(draft === null || draft.action === null) && <FormNotice state={state} />}
    </>
  );
}

type AskedProps = {
  draft: Draft;
  state: SubmitState;
  send: (action: Action) => void;
  cancel: () => void;
};

/** Once more before a driver is disturbed, or the card to start with. */
function Asked({ draft, state, send, cancel }: AskedProps) {
  const { action, confirm, label } = draft;
  const { busy } = state;
  if (action === null) return <StationDraft draft={draft} busy={busy} send={send} cancel={cancel} />;
  return (
    <Confirm
      question={w.sure(label)}
      {...(confirm === null ? {} : { hint: confirm })}
      label={label}
      busy={busy}
      onConfirm={() => {
        send(action);
      }}
      onCancel={cancel}
    >
      <FormNotice state={state} />
    </Confirm>
  );
}

type Group = { title: string; drafts: Draft[] };

/** What may be asked, by charging point and of the whole station; only what its protocol version knows. */
function groupsOf(station: Station): Group[] {
  const may = new Set(station.actions);
  const points = station.evses.map((evse): Group => ({
    title: w.evse(String(evse.evseId), pointState(evse.status)),
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
