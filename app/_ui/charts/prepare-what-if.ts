import type { Side, WhatIfAnswer } from '#domain/planning/what-if/what-if.ts';
import { HOUR_S, QUARTER_S } from '#domain/time/instant.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { axisFor, roundStep, type Axis } from './axis-steps.ts';
import type { Frame, Span } from './spans.ts';

/** One quarter: mean power before and after, and its price. */
export type WhatIfPoint = { at: InstantS; beforeW: number; afterW: number; priceTicks: number };

/** What the chart found, for its title. Powers in W; `savedPct` of the mean price, null: nothing to compare. */
export type WhatIfFinding =
  | { key: 'NO_CARS' | 'NOBODY' }
  | { key: 'OTHERS_OVER'; overWh: number }
  | ({ key: 'KEEPS_LIMIT' | 'NEW_PEAK' | 'SHAPES' } & Shaped);
type Shaped = { beforeW: number; afterW: number; savedPct: number | null };

/** One row of the figures; null is nothing to say. */
export type SideFigures = {
  costEur: number;
  /** EUR/MWh × 100 as prices are, not whole. */
  meanTicks: number | null;
  energyWh: number;
  peakW: number;
  peakAt: InstantS;
  overWh: number | null;
  overSeconds: number | null;
  unservedWh: number;
  shortCars: number;
  shortPct: number;
  worstPct: number;
};

export type PreparedWhatIf = Frame & {
  timeZone: string;
  isSynthetic: boolean;
  points: WhatIfPoint[];
  limitW: number | null;
  power: Axis;
  price: Axis;
  /** Where most power is saved; null where none is. */
  largest: { at: InstantS; downW: number } | null;
  finding: WhatIfFinding;
  cars: number;
  steeredCars: number;
  before: SideFigures;
  after: SideFigures;
  payout: {
    driverEur: number;
    mspEur: number;
    cpoEur: number;
    platformEur: number;
    perCarEur: number | null;
    paidCars: number;
  };
  oneMoreKw: { eur: number; servingSeconds: number } | null;
  /** As far as the limit's slider should go, kW. */
  limitSliderKw: number;
};

export const VALLEY_S = 4 * HOUR_S;
const QUARTERS_PER_HOUR = 4;
const SLOTS_PER_DAY = 96;
const EUR_EXACT = 1e8;
const EUR_MICRO = 1e6;
/** Below this a change of the peak is none. */
const SAME_PEAK = 0.02;

/** prepareWhatIf decides what the chart and the figures show; drawing decides nothing. */
export function prepareWhatIf(answer: WhatIfAnswer): PreparedWhatIf {
  const { fromAt, priceTicks, limitWh, cars, payout } = answer;
  const points = Array.from(priceTicks, (ticks, slot) => ({
    at: fromAt + slot * QUARTER_S,
    beforeW: (answer.beforeWh[slot] ?? 0) * QUARTERS_PER_HOUR,
    afterW: (answer.afterWh[slot] ?? 0) * QUARTERS_PER_HOUR,
    priceTicks: ticks,
  }));
  const limitW = limitWh === null ? null : limitWh * QUARTERS_PER_HOUR;
  const [before, after] = [sideFigures(answer, answer.before), sideFigures(answer, answer.after)];
  return {
    fromAt,
    toAt: fromAt + points.length * QUARTER_S,
    timeZone: answer.timeZone,
    isSynthetic: answer.isSynthetic,
    points,
    limitW,
    power: axisFor([before.peakW, after.peakW, limitFor(limitW, before.peakW)], 1_000),
    price: axisFor(priceTicks, 1_000),
    valleys: valleysOf(points),
    nowAt: null,
    largest: largestOf(points),
    finding: findingOf(answer, before, after),
    cars,
    steeredCars: answer.steeredCars,
    before,
    after,
    payout: {
      driverEur: payout.driverMicro / EUR_MICRO,
      mspEur: payout.mspMicro / EUR_MICRO,
      cpoEur: payout.cpoMicro / EUR_MICRO,
      platformEur: payout.platformMicro / EUR_MICRO,
      perCarEur:
        answer.steeredCars === 0 ? null : payout.driverMicro / EUR_MICRO / answer.steeredCars,
      paidCars: payout.paidCars,
    },
    oneMoreKw:
      answer.oneMoreKw === null
        ? null
        : {
            eur: answer.oneMoreKw.worthExact / EUR_EXACT,
            servingSeconds: answer.oneMoreKw.servingSlots * QUARTER_S,
          },
    limitSliderKw: limitSlider(before.peakW, limitW),
  };
}

/** A limit far above all loads would press them flat: it is told in words instead. */
function limitFor(limitW: number | null, peakW: number): number {
  return limitW === null || limitW > peakW * 1.5 ? 0 : limitW;
}

function limitSlider(peakW: number, limitW: number | null): number {
  const highestKw = Math.max(peakW * 1.25, limitW ?? 0, 10_000) / 1_000;
  const step = roundStep(highestKw / 10);
  return Math.ceil(highestKw / step) * step;
}

function sideFigures(answer: WhatIfAnswer, side: Side): SideFigures {
  const { limitWh, cars } = answer;
  return {
    costEur: side.costExact / EUR_EXACT,
    meanTicks: side.energyWh === 0 ? null : side.costExact / side.energyWh,
    energyWh: side.energyWh,
    peakW: side.peakWh * QUARTERS_PER_HOUR,
    peakAt: answer.fromAt + side.peakSlot * QUARTER_S,
    overWh: limitWh === null ? null : side.overWh,
    overSeconds: limitWh === null ? null : side.overSlots * QUARTER_S,
    unservedWh: side.unservedWh,
    shortCars: side.shortCars,
    shortPct: cars === 0 ? 0 : (side.shortCars / cars) * 100,
    worstPct: side.worstPct,
  };
}

function findingOf(answer: WhatIfAnswer, before: SideFigures, after: SideFigures): WhatIfFinding {
  if (answer.cars === 0) return { key: 'NO_CARS' };
  if (answer.steeredCars === 0) return { key: 'NOBODY' };
  if (answer.after.overWh > 0) return { key: 'OTHERS_OVER', overWh: answer.after.overWh };
  const savedPct =
    before.meanTicks === null || after.meanTicks === null || before.meanTicks <= 0
      ? null
      : (1 - after.meanTicks / before.meanTicks) * 100;
  const shaped = { beforeW: before.peakW, afterW: after.peakW, savedPct };
  if (answer.before.overWh > 0) return { key: 'KEEPS_LIMIT', ...shaped };
  const isHigher = after.peakW > before.peakW * (1 + SAME_PEAK);
  return { key: isHigher ? 'NEW_PEAK' : 'SHAPES', ...shaped };
}

/** The cheapest quarters of the first day that make four hours, as bands in order of time. */
function valleysOf(points: readonly WhatIfPoint[]): Span[] {
  const chosen = points
    .slice(0, SLOTS_PER_DAY)
    .toSorted((a, b) => a.priceTicks - b.priceTicks || a.at - b.at)
    .slice(0, VALLEY_S / QUARTER_S)
    .toSorted((a, b) => a.at - b.at);
  const bands: Span[] = [];
  for (const { at } of chosen) {
    const last = bands.at(-1);
    if (last !== undefined && last.toAt === at) last.toAt += QUARTER_S;
    else bands.push({ fromAt: at, toAt: at + QUARTER_S });
  }
  return bands;
}

function largestOf(points: readonly WhatIfPoint[]): PreparedWhatIf['largest'] {
  let largest: PreparedWhatIf['largest'] = null;
  for (const { at, beforeW, afterW } of points) {
    const downW = beforeW - afterW;
    if (downW >= 1_000 && downW > (largest?.downW ?? 0)) largest = { at, downW };
  }
  return largest;
}
