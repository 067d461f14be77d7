import { clockTime, duration, eur, percent as percentOf, pricePerKwh } from '../../_client/format.ts';
import type { PreparedWhatIf, SideFigures, WhatIfFinding } from '../charts/prepare-what-if.ts';
import { whatIfWords } from './what-if-words.ts';

/** One figure as people read it. */
export type FigureRow = { label: string; before: string; after: string };
export type PayoutRow = { label: string; value: string };

const { figures, payout: payoutWords } = whatIfWords;
const MICRO = 1_000_000;
const THOUSAND = 1_000;
/** Shares below this are told as none: half a per mille. */
const SAME_PCT = 0.05;

const euros = (amount: number) => eur(String(Math.round(amount * MICRO)));
/** A tenth matters below 100 only. */
const short = (value: number) => value.toFixed(Math.abs(value) < 99.95 ? 1 : 0);
const energy = (wh: number) => whatIfWords.values.energy(short(wh / THOUSAND));
/** powerText is a load of many cars: `976 kW`, `41.5 kW`. */
export const powerText = (powerW: number) => whatIfWords.values.power(short(powerW / THOUSAND));
const percent = (value: number) => percentOf(value, 1);

/** findingText is the chart's title: one sentence that says what it shows. */
export function findingText(finding: WhatIfFinding): string {
  const { findings } = whatIfWords;
  switch (finding.key) {
    case 'NO_CARS':
    case 'NOBODY':
      return findings[finding.key];
    case 'OTHERS_OVER':
      return findings.OTHERS_OVER(energy(finding.overWh));
    case 'KEEPS_LIMIT':
    case 'NEW_PEAK':
    case 'SHAPES':
      return findings[finding.key](
        powerText(finding.beforeW),
        powerText(finding.afterW),
        savedText(finding.savedPct),
      );
  }
}

function savedText(savedPct: number | null): string {
  const { findings } = whatIfWords;
  if (savedPct === null || Math.abs(savedPct) < SAME_PCT) return findings.same;
  return savedPct > 0 ? findings.less(percent(savedPct)) : findings.more(percent(-savedPct));
}

/** figureRows are the figures of both sides, each with its unit. */
export function figureRows({ before, after, timeZone }: PreparedWhatIf): FigureRow[] {
  const row = (label: string, of: (side: SideFigures) => string): FigureRow => ({
    label,
    before: of(before),
    after: of(after),
  });
  return [
    row(figures.cost, ({ costEur }) => euros(costEur)),
    row(figures.meanPrice, ({ meanTicks }) =>
      meanTicks === null ? payoutWords.none : pricePerKwh(meanTicks),
    ),
    row(figures.peak, ({ peakW, peakAt }) => figures.peakAt(powerText(peakW), clockTime(peakAt, timeZone))),
    row(figures.over, ({ overWh, overSeconds }) =>
      overWh === null || overSeconds === null
        ? figures.noLimit
        : overSeconds === 0
          ? figures.never
          : figures.overFor(energy(overWh), duration(overSeconds)),
    ),
    row(figures.unserved, ({ unservedWh }) => energy(unservedWh)),
    row(figures.short, ({ shortCars, shortPct }) =>
      figures.shortOf(String(shortCars), percent(shortPct)),
    ),
    row(figures.worst, ({ worstPct }) => percent(worstPct)),
  ];
}

/** payoutRows say who gets the saving, Valley's own part included. */
export function payoutRows({ payout, steeredCars, oneMoreKw }: PreparedWhatIf): PayoutRow[] {
  const rows = [
    { label: payoutWords.driver, value: euros(payout.driverEur) },
    {
      label: payoutWords.perCar,
      value: payout.perCarEur === null ? payoutWords.none : euros(payout.perCarEur),
    },
    {
      label: payoutWords.paid,
      value: payoutWords.paidOf(String(payout.paidCars), String(steeredCars)),
    },
    { label: payoutWords.msp, value: euros(payout.mspEur) },
    { label: payoutWords.cpo, value: euros(payout.cpoEur) },
    { label: payoutWords.platform, value: euros(payout.platformEur) },
  ];
  if (oneMoreKw === null) return rows;
  const worth = euros(oneMoreKw.eur);
  const value =
    oneMoreKw.servingSeconds === 0
      ? payoutWords.worth(worth)
      : payoutWords.serves(worth, duration(oneMoreKw.servingSeconds));
  return [...rows, { label: payoutWords.oneMoreKw, value }];
}

/** summaryRows are the three figures that stay in sight. */
export function summaryRows({ before, after }: PreparedWhatIf): PayoutRow[] {
  const { summary } = whatIfWords;
  const change = (of: (side: SideFigures) => string) => summary.fromTo(of(before), of(after));
  return [
    { label: summary.peak, value: change(({ peakW }) => powerText(peakW)) },
    { label: summary.cost, value: change(({ costEur }) => euros(costEur)) },
    { label: summary.unserved, value: change(({ unservedWh }) => energy(unservedWh)) },
  ];
}
