'use client';

import { energyFromPercent, nextLocalTime } from '#domain/charging/wish.ts';
import type { StayView } from '#domain/charging/stay-view.ts';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { clockTime, kwh, whenTime } from '../_client/format.ts';
import { requestId } from '../_client/request-id.ts';
import { sentenceOf, trpc } from '../_client/trpc.ts';
import { Field } from '../_ui/field.tsx';
import { words } from '../_ui/words.ts';

type Props = { view: StayView; now: number; batteryWh: number | null };
type Unit = 'KWH' | 'PERCENT';
type Draft = { time: string; unit: Unit; kwh: string; from: string; to: string };

function draftFrom({ preference, timeZone, meter }: StayView): Draft {
  const energy = preference?.energyMilliWh ?? null;
  const soc = meter.socPermille;
  return {
    time: preference?.readyByAt == null ? '' : clockTime(preference.readyByAt, timeZone),
    unit: 'KWH',
    kwh: energy === null ? '' : String(Math.round(energy / 100_000) / 10),
    from: soc === null ? '' : String(Math.round(soc / 10)),
    to: '80',
  };
}

/** Milli-Wh of the draft; null: nothing said; undefined: not usable as typed. */
function energyOf(draft: Draft, batteryWh: number | null): number | null | undefined {
  if (draft.unit === 'PERCENT') {
    return energyFromPercent({
      batteryWh,
      fromPercent: Number(draft.from || 'x'),
      toPercent: Number(draft.to || 'x'),
    });
  }
  if (draft.kwh.trim() === '') return null;
  const value = Number(draft.kwh.replace(',', '.'));
  return Number.isFinite(value) && value >= 0 && value <= 400
    ? Math.round(value * 1_000_000)
    : undefined;
}

/** The two inputs: ready by (the site's local time, its next occurrence) and how much. */
export function WishForm({ view, now, batteryWh }: Props) {
  const [draft, setDraft] = useState(() => draftFrom(view));
  const [note, setNote] = useState<{ text: string; wrong: boolean; busy: boolean }>({
    text: '',
    wrong: false,
    busy: false,
  });
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setNote({ text: '', wrong: false, busy: false });
  };
  const readyByAt = draft.time === '' ? null : nextLocalTime(draft.time, now, view.timeZone);
  const energy = energyOf(draft, batteryWh);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (note.busy || energy === undefined) return;
    setNote({ text: words.wish.saving, wrong: false, busy: true });
    try {
      await trpc.charging.setPreference.mutate({
        sessionId: view.sessionId,
        requestId: requestId(),
        energyMilliWh: energy,
        readyByAt: readyByAt === null ? null : new Date(readyByAt * 1000),
      });
      setNote({ text: words.wish.saved, wrong: false, busy: false });
    } catch (error) {
      setNote({ text: sentenceOf(error), wrong: true, busy: false });
    }
  };
  return (
    <form
      className="no-print card flex flex-col gap-4"
      onSubmit={(event) => {
        void save(event);
      }}
    >
      <h2 className="font-semibold text-lg">{words.wish.title}</h2>
      <Field
        name="ready-by"
        type="time"
        step={300}
        label={words.wish.readyBy}
        required={false}
        value={draft.time}
        onChange={(event) => {
          change({ time: event.target.value });
        }}
        {...(readyByAt === null
          ? {}
          : { hint: words.wish.next(whenTime(readyByAt, now, view.timeZone)) })}
      />
      <EnergyInput
        draft={draft}
        change={change}
        batteryWh={batteryWh}
        energy={energy}
        view={view}
      />
      <button type="submit" className="button" aria-disabled={note.busy || energy === undefined}>
        {words.wish.save}
      </button>
      <p role="status" className={note.wrong ? 'wrong' : 'hint'}>
        {note.text}
      </p>
    </form>
  );
}

type EnergyProps = {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  batteryWh: number | null;
  energy: number | null | undefined;
  view: StayView;
};

function EnergyInput({ draft, change, batteryWh, energy, view }: EnergyProps) {
  const soc = view.meter.socPermille;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="label">{words.wish.energy}</legend>
      <UnitChoice draft={draft} change={change} batteryWh={batteryWh} />
      {batteryWh === null && <p className="hint">{words.wish.noBattery}</p>}
      {draft.unit === 'KWH' ? (
        <Field
          name="kwh"
          inputMode="decimal"
          label={words.wish.unitKwh}
          required={false}
          value={draft.kwh}
          hint={words.wish.energyHint}
          onChange={(event) => {
            change({ kwh: event.target.value });
          }}
        />
      ) : (
        <div className="grid grid-cols-2 gap-2">
          <Field
            name="from"
            inputMode="numeric"
            label={words.wish.from}
            value={draft.from}
            {...(soc === null ? {} : { hint: words.wish.stationSoc(`${Math.round(soc / 10)} %`) })}
            onChange={(event) => {
              change({ from: event.target.value });
            }}
          />
          <Field
            name="to"
            inputMode="numeric"
            label={words.wish.to}
            value={draft.to}
            onChange={(event) => {
              change({ to: event.target.value });
            }}
          />
        </div>
      )}
      {draft.unit === 'PERCENT' && (
        <p className={energy === undefined ? 'wrong' : 'hint'}>
          {energy === undefined || energy === null
            ? words.wish.percentEmpty
            : words.wish.percentIs(kwh(energy))}
        </p>
      )}
    </fieldset>
  );
}

function UnitChoice({
  draft,
  change,
  batteryWh,
}: Pick<EnergyProps, 'draft' | 'change' | 'batteryWh'>) {
  return (
    <div className="flex gap-2">
      {(['KWH', 'PERCENT'] as const).map((unit) => (
        <label
          key={unit}
          className={`button flex-1 ${draft.unit === unit ? 'border-action text-action' : ''}
          ${unit === 'PERCENT' && batteryWh === null ? 'opacity-60' : ''}`}
        >
          <input
            type="radio"
            name="unit"
            className="accent-(--action)"
            checked={draft.unit === unit}
            disabled={unit === 'PERCENT' && batteryWh === null}
            onChange={() => {
              change({ unit });
            }}
          />
          {unit === 'KWH' ? words.wish.unitKwh : words.wish.unitPercent}
        </label>
      ))}
    </div>
  );
}
