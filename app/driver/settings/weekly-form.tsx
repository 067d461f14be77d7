'use client';

import { minutesOf } from '#domain/charging/wish.ts';
import type { WeeklyWish } from '#domain/charging/wish.ts';
import { useState } from 'react';
import { Unsent } from '../../_client/plain-error.ts';
import { trpc } from '../../_client/trpc.ts';
import { useForm } from '../../_client/use-form.ts';
import { Button } from '../../_ui/button.tsx';
import { FormNotice } from '../../_ui/notice.tsx';
import { settingsWords } from './settings-words.ts';

const w = settingsWords.weekly;
const WORKDAYS = 5;
const KWH_MAX = 400;
type DayDraft = { time: string; kwh: string };

function draftsOf(wishes: readonly WeeklyWish[]): DayDraft[] {
  return w.days.map((_, index) => {
    const wish = wishes.find(({ weekday }) => weekday === index + 1);
    if (wish === undefined) return { time: '', kwh: '' };
    const { readyByMinutes, energyMilliWh } = wish;
    const two = (value: number) => String(value).padStart(2, '0');
    return {
      time: `${two(Math.floor(readyByMinutes / 60))}:${two(readyByMinutes % 60)}`,
      kwh: energyMilliWh === null ? '' : String(energyMilliWh / 1_000_000),
    };
  });
}

/** Milli-Wh, null where nothing is typed, undefined where it is no amount of energy. */
function energyOf(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text.replace(',', '.'));
  return value >= 0 && value <= KWH_MAX ? Math.round(value * 1_000_000) : undefined;
}

/** The wishes as typed; null where one cannot be used. */
function wishesOf(drafts: readonly DayDraft[]): WeeklyWish[] | null {
  const wishes: WeeklyWish[] = [];
  for (const [index, { time, kwh }] of drafts.entries()) {
    const energyMilliWh = energyOf(kwh);
    const readyByMinutes = minutesOf(time);
    if (energyMilliWh === undefined) return null;
    if (readyByMinutes === null && energyMilliWh !== null) return null;
    if (readyByMinutes !== null) {
      wishes.push({ weekday: index + 1, readyByMinutes, energyMilliWh });
    }
  }
  return wishes;
}

/** When the driver leaves on each weekday, and how much the car should have then. */
export function WeeklyForm({ wishes }: { wishes: readonly WeeklyWish[] }) {
  const [drafts, setDrafts] = useState(() => draftsOf(wishes));
  const said = wishesOf(drafts);
  const change = (day: number, part: Partial<DayDraft>) => {
    setDrafts(drafts.map((draft, index) => (index === day ? { ...draft, ...part } : draft)));
  };
  const { form, ...state } = useForm(async () => {
    if (said === null) throw new Unsent();
    await trpc.driver.setWeekly.mutate({ wishes: said });
  }, 'stay');
  return (
    <form className="card flex flex-col gap-3" {...form}>
      <h2 className="text-lg font-semibold">{w.title}</h2>
      <p className="text-soft">{w.intro}</p>
      <table className="w-full table-fixed border-separate border-spacing-y-1">
        <thead>
          <tr className="hint text-left">
            <th scope="col" className="w-14 font-medium sm:w-32">
              {w.heads.day}
            </th>
            <th scope="col" className="font-medium">
              {w.heads.readyBy}
            </th>
            <th scope="col" className="w-20 font-medium sm:w-32">
              {w.heads.energy}
            </th>
          </tr>
        </thead>
        <tbody>
          {drafts.map((draft, day) => (
            <DayRow key={w.days[day]} day={day} draft={draft} change={change} />
          ))}
        </tbody>
      </table>
      <p className="hint">{w.hint}</p>
      <Button
        onClick={() => {
          const [monday = { time: '', kwh: '' }] = drafts;
          setDrafts(drafts.map((draft, index) => (index < WORKDAYS ? monday : draft)));
        }}
      >
        {w.copy}
      </Button>
      <Button type="submit" kind="main" busy={state.busy} off={said === null}>
        {w.save}
      </Button>
      {said === null && <p className="wrong">{w.wrong}</p>}
      <FormNotice state={state} done={w.saved} />
    </form>
  );
}

type RowProps = {
  day: number;
  draft: DayDraft;
  change: (day: number, part: Partial<DayDraft>) => void;
};

function DayRow({ day, draft, change }: RowProps) {
  const name = w.days[day] ?? '';
  return (
    <tr>
      <th scope="row" className="pr-2 text-left font-medium">
        <span className="hidden sm:inline">{name}</span>
        <span aria-hidden="true" className="sm:hidden">
          {w.shortDays[day]}
        </span>
        <span className="sr-only sm:hidden">{name}</span>
      </th>
      <td className="pr-2">
        <input
          type="time"
          name={`ready-by-${day}`}
          className="field px-2!"
          aria-label={w.readyBy(name)}
          value={draft.time}
          onChange={(event) => {
            change(day, { time: event.target.value });
          }}
        />
      </td>
      <td>
        <input
          name={`kwh-${day}`}
          inputMode="decimal"
          className="field px-2!"
          aria-label={w.energy(name)}
          value={draft.kwh}
          onChange={(event) => {
            change(day, { kwh: event.target.value });
          }}
        />
      </td>
    </tr>
  );
}
