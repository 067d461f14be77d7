'use client';

import { dayChoices } from '#domain/charging/wish.ts';
import type { StayView } from '#domain/charging/stay-view.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { useState } from 'react';
import { dayName, whenTime } from '../_client/format.ts';
import { Unsent } from '../_client/plain-error.ts';
import { requestId } from '../_client/request-id.ts';
import { trpc } from '../_client/trpc.ts';
import { useForm } from '../_client/use-form.ts';
import { Button } from '../_ui/button.tsx';
import { Choice, Field } from '../_ui/field.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { words } from '../_ui/words.ts';
import { EnergyInput } from './energy-input.tsx';
import { guessOf, UNTOUCHED, wishOf } from './wish-draft.ts';
import type { Draft, WhenDraft, WishFacts } from './wish-draft.ts';

type Props = WishFacts;

/** The two inputs: ready by (day and time where the station stands) and how much. */
export function WishForm(props: Props) {
  const { view, now, batteryWh } = props;
  const [typed, setTyped] = useState(UNTOUCHED);
  const [savedVersion, setSavedVersion] = useState<number | null>(null);
  // Once what was saved is the wish in force, the form follows the view again.
  const isInForce = savedVersion !== null && (view.preference?.version ?? 0) >= savedVersion;
  const draft = isInForce ? UNTOUCHED : typed;
  const wish = wishOf(props, draft);
  const change = (part: Partial<Draft>) => {
    setTyped({ ...draft, ...part });
    setSavedVersion(null);
  };
  const { readyByAt, energy } = wish;
  const usable = readyByAt !== undefined && energy !== undefined;
  const { form, ...sent } = useForm(async () => {
    if (!usable) throw new Unsent();
    const { version } = await trpc.charging.setPreference.mutate({
      sessionId: view.sessionId,
      requestId: requestId(),
      energyMilliWh: energy,
      readyByAt: readyByAt === null ? null : new Date(readyByAt * 1000),
    });
    setSavedVersion(version);
  }, 'stay');
  return (
    <form className="no-print card flex flex-col gap-4" {...form}>
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
        deliveredMilliWh={view.meter.deliveredMilliWh}
      />
      <Button type="submit" busy={sent.busy} off={!usable}>
        {words.wish.save}
      </Button>
      <FormNotice
        state={{ done: sent.done && savedVersion !== null, wrong: sent.wrong }}
        done={words.wish.saved}
      />
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
  const guess = guessOf(view);
  if (readyByAt === null) {
    const isAhead = guess !== null && guess > now;
    return isAhead ? <p className="hint">{words.wish.history(whenTime(guess, now, zone))}</p> : null;
  }
  const untouched = guess === null && readyByAt === preference?.readyByAt;
  if (untouched && readyByAt <= now) return <p className="hint">{words.wish.passed}</p>;
  const at = whenTime(readyByAt, now, zone);
  const isWeekly = untouched && preference.source === 'REPEATING';
  if (isWeekly) return <p className="hint">{words.wish.weekly(at)}</p>;
  return when.time === '' ? null : <p className="hint">{words.wish.next(at)}</p>;
}
