'use client';

import { dayChoices, energyFromPercent, readyByOf } from '#domain/charging/wish.ts';
import type { StayView } from '#domain/charging/stay-view.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { localDay } from '#domain/time/local-time.ts';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { clockTime, dayName, whenTime } from '../_client/format.ts';
import { requestId } from '../_client/request-id.ts';
import { sentenceOf, trpc } from '../_client/trpc.ts';
import { Choice, Field } from '../_ui/field.tsx';
import { words } from '../_ui/words.ts';
import { EnergyInput } from './energy-input.tsx';
import type { EnergyDraft } from './energy-input.tsx';

type Props = { view: StayView; now: number; batteryWh: number | null };
type WhenDraft = { time: string; day: number | null };
/** Null: untouched, what is shown and saved is the wish in force, to the second and the milli-Wh. */
type Draft = { when: WhenDraft | null; energy: EnergyDraft | null };

const UNTOUCHED: Draft = { when: null, energy: null };

function whenOf({ preference, timeZone }: StayView): WhenDraft {
  const at = preference?.readyByAt ?? null;
  if (at === null) return { time: '', day: null };
  return { time: clockTime(at, timeZone), day: localDay(at, timeZone) };
}

function energyDraftOf({ preference, meter }: StayView): EnergyDraft {
  const energy = preference?.energyMilliWh ?? null;
  const soc = meter.socPermille;
  return {
    unit: 'KWH',
    kwh: energy === null ? '' : String(Math.round(energy / 100_000) / 10),
    from: soc === null ? '' : String(Math.round(soc / 10)),
    to: '80',
  };
}

/** Milli-Wh of the draft; null: nothing said; undefined: not usable as typed. */
function energyOf(draft: EnergyDraft, batteryWh: number | null): number | null | undefined {
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

/** What the form would save; undefined where a field cannot be used as it stands. */
function wishOf({ view, now, batteryWh }: Props, draft: Draft) {
  const { preference } = view;
  const said = preference?.readyByAt ?? null;
  const when = draft.when ?? whenOf(view);
  const typed = when.time === '' ? null : (readyByOf(when, now, view.timeZone) ?? undefined);
  return {
    when,
    readyByAt: draft.when === null ? said : typed,
    energyDraft: draft.energy ?? energyDraftOf(view),
    energy:
      draft.energy === null
        ? (preference?.energyMilliWh ?? null)
        : energyOf(draft.energy, batteryWh),
  };
}

type Note = { text: string; wrong: boolean; busy: boolean };
const QUIET: Note = { text: '', wrong: false, busy: false };

/** The two inputs: ready by (day and time where the station stands) and how much. */
export function WishForm(props: Props) {
  const { view, now, batteryWh } = props;
  const [typed, setTyped] = useState(UNTOUCHED);
  const [savedVersion, setSavedVersion] = useState<number | null>(null);
  const [note, setNote] = useState(QUIET);
  // Once what was saved is the wish in force, the form follows the view again.
  const isInForce = savedVersion !== null && (view.preference?.version ?? 0) >= savedVersion;
  const draft = isInForce ? UNTOUCHED : typed;
  const wish = wishOf(props, draft);
  const change = (part: Partial<Draft>) => {
    setTyped({ ...draft, ...part });
    setSavedVersion(null);
    setNote(QUIET);
  };
  const { readyByAt, energy } = wish;
  const usable = readyByAt !== undefined && energy !== undefined;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (note.busy || !usable) return;
    setNote({ text: words.wish.saving, wrong: false, busy: true });
    try {
      const { version } = await trpc.charging.setPreference.mutate({
        sessionId: view.sessionId,
        requestId: requestId(),
        energyMilliWh: energy,
        readyByAt: readyByAt === null ? null : new Date(readyByAt * 1000),
      });
      setSavedVersion(version);
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
      <WhenInput
        view={view}
        now={now}
        when={wish.when}
        readyByAt={readyByAt}
        change={(when) => {
          change({ when });
        }}
      />
      <EnergyInput
        draft={wish.energyDraft}
        change={(part) => {
          change({ energy: { ...wish.energyDraft, ...part } });
        }}
        batteryWh={batteryWh}
        energy={energy}
        socPermille={view.meter.socPermille}
      />
      <button type="submit" className="button" aria-disabled={note.busy || !usable}>
        {words.wish.save}
      </button>
      <p role="status" className={note.wrong ? 'wrong' : 'hint'}>
        {note.text}
      </p>
    </form>
  );
}

type WhenProps = {
  view: StayView;
  now: InstantS;
  when: WhenDraft;
  readyByAt: InstantS | null | undefined;
  change: (when: WhenDraft) => void;
};

const AUTO = 'auto';

function WhenInput({ view, now, when, readyByAt, change }: WhenProps) {
  const { timeZone: zone } = view;
  return (
    <div className="flex flex-col gap-2">
      <div className="grid grid-cols-1 items-start gap-2 min-[22rem]:grid-cols-2">
        <Field
          name="ready-by"
          type="time"
          step={300}
          label={words.wish.readyBy}
          required={false}
          value={when.time}
          onChange={(event) => {
            change({ ...when, time: event.target.value });
          }}
        />
        <Choice
          name="ready-day"
          label={words.wish.day}
          value={when.day === null ? AUTO : String(when.day)}
          options={dayOptions(when, now, zone)}
          required={false}
          onChange={(event) => {
            const { value } = event.target;
            change({ ...when, day: value === AUTO ? null : Number(value) });
          }}
        />
      </div>
      <WhenHint view={view} now={now} when={when} readyByAt={readyByAt} />
    </div>
  );
}

function dayOptions(when: WhenDraft, now: InstantS, zone: string) {
  const days = dayChoices(now, zone);
  const [today = 0] = days;
  // A wish of yesterday stays what it is until somebody changes it.
  const shown = when.day !== null && !days.includes(when.day) ? [when.day, ...days] : days;
  return [
    { value: AUTO, label: words.wish.dayAuto },
    ...shown.map((day) => ({ value: String(day), label: dayLabel(day, today) })),
  ];
}

function dayLabel(day: number, today: number): string {
  if (day === today) return words.wish.today;
  if (day === today + 1) return words.wish.tomorrow;
  return dayName(day * 86_400, 'UTC');
}

function WhenHint({ view, now, when, readyByAt }: Omit<WhenProps, 'change'>) {
  const { preference, timeZone: zone } = view;
  if (readyByAt === undefined) return <p className="wrong">{words.wish.notThen}</p>;
  if (readyByAt === null) return null;
  const untouched = readyByAt === preference?.readyByAt;
  if (untouched && readyByAt <= now) return <p className="hint">{words.wish.passed}</p>;
  const at = whenTime(readyByAt, now, zone);
  const isWeekly = untouched && preference.source === 'REPEATING';
  if (isWeekly) return <p className="hint">{words.wish.weekly(at)}</p>;
  return when.time === '' ? null : <p className="hint">{words.wish.next(at)}</p>;
}
