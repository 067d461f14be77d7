import type { inferRouterOutputs } from '@trpc/server';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { eur, kw, kwh, percent } from '../_client/format.ts';
import { ChartKey } from '../_ui/charts/chart-key.tsx';
import { StayFigure } from '../_ui/charts/stay-figure.tsx';
import { Figures } from '../_ui/figures.tsx';
import { prepareStreet } from '../_ui/landing/prepare-street.ts';
import { SectionCard } from '../_ui/section-card.tsx';
import { cityWords as w } from './city-words.ts';

type View = inferRouterOutputs<AppRouter>['city']['day'];
type Day = NonNullable<View['day']>;
type DayProps = Pick<View, 'nowAt' | 'timeZone'> & { day: Day; least: string };

/** Less than this share of the evening moved is no finding. */
const LEAST_SHARE = 0.03;

/** What the streets drew beside what charging at once would have drawn. */
export function DaySection({ day, nowAt, timeZone, least }: DayProps) {
  const street = prepareStreet({ nowAt: secondsFromDate(nowAt), quarters: day.quarters });
  return (
    <SectionCard title={w.dayTitle}>
      <p className="text-lg font-semibold leading-snug">{eveningFinding(day.evening, least)}</p>
      <Figures figures={figuresOf(day, least)} size="large" />
      <ChartKey
        entries={[
          { label: w.key.measured, mark: 'after' },
          { label: w.key.without, mark: 'before' },
        ]}
      />
      {day.quarters.length === 0 ? (
        <p className="text-soft">{w.noQuarters(least)}</p>
      ) : (
        <StayFigure stay={street} zone={timeZone} label={w.describe} between="GAP" />
      )}
    </SectionCard>
  );
}

/** eveningFinding says in words what steering did with the evening; null: it is not told. */
export function eveningFinding(evening: Day['evening'], least: string): string {
  if (evening === null) return w.eveningUntold(least);
  const { beforeMilliWh, afterMilliWh } = evening;
  const moved = beforeMilliWh - afterMilliWh;
  if (beforeMilliWh === 0) return afterMilliWh === 0 ? w.nothingDrawn : w.onlyAfter(kwh(afterMilliWh));
  if (Math.abs(moved) < beforeMilliWh * LEAST_SHARE) return w.notMoved;
  if (moved < 0) return w.more(kwh(-moved), percent((-moved / beforeMilliWh) * 100, 0));
  return w.moved(kwh(moved), percent((moved / beforeMilliWh) * 100, 0));
}

function figuresOf(day: Day, least: string): [label: string, value: string][] {
  const f = w.figures;
  const few = w.untold(least);
  return [
    [f.load, day.loadW === null ? few : kw(day.loadW)],
    [f.plugged, day.plugged === null ? few : String(day.plugged)],
    [f.drivers, String(day.drivers)],
    [f.stays, String(day.stays)],
    [f.evening, day.evening === null ? few : kwh(day.evening.afterMilliWh)],
    [f.eveningWithout, day.evening === null ? few : kwh(day.evening.beforeMilliWh)],
    [f.cashback, day.cashback === null ? few : eur(String(day.cashback.micro))],
  ];
}
