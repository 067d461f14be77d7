import type { BacktestData } from './backtester.ts';
import { GROUPS, isIn, PARTS, type GroupName } from './stay.ts';
import { addEach, Tally, type SumName } from './tally.ts';

/** Figures of one group of stays. EUR at day-ahead prices; null where nothing can be said. */
export type GroupFigures = {
  sessions: number;
  /** Left out: a missing price, or no energy, time or power. */
  skipped: number;
  skippedBecause: { priceMissing: number; unusable: number };
  energyKwh: number;
  /** Energy of the record that its window cannot hold at the power assumed; left out. */
  notFittingKwh: number;
  baselineEur: number;
  plannedEur: number;
  savingPct: number | null;
  /** Share of the energy that the plan puts in another market time unit. */
  movedPct: number | null;
  /** Sums of hours connected ÷ hours charging as recorded, else at the highest power. */
  connectedOverCharging: number | null;
  connectedOverChargingMedian: number | null;
  connectedOverHighestPower: number | null;
  eurPerSession: {
    mean: number | null;
    median: number | null;
    p95: number | null;
    max: number | null;
  };
  shareAtLeast020Pct: number | null;
  shareWithin020To10Pct: number | null;
  /** Energy between 17:00 and 21:00 local. */
  peakHours: {
    fromHour: number;
    toHour: number;
    atOnceKwh: number;
    plannedKwh: number;
    atOncePct: number | null;
    plannedPct: number | null;
  };
  /** Highest mean of a quarter of an hour, all cars of the group together. */
  evPeakKw: { atOnce: number; planned: number };
  co2: {
    sessions: number;
    energyKwh: number;
    atOnceKg: number;
    plannedKg: number;
    changePct: number | null;
  } | null;
  settlement: {
    /** What the rule credits: plans with a probe, the first 24 h. */
    savingEur: number;
    creditedPct: number | null;
    paidEur: number;
    paidPct: number | null;
    driverEur: number;
    mspEur: number;
    cpoEur: number;
    platformEur: number;
    /** Cut by the driver's caps; stays with the CPO. */
    cappedEur: number;
    driverAtLeast020Pct: number | null;
  };
  departure: {
    capturePct: number | null;
    missedKwh: number;
    missedPct: number | null;
    shortByOneKwhPct: number | null;
  } | null;
  limit: {
    unservedKwh: number;
    unservedPct: number | null;
    unservedSessions: number;
    /** Of the sessions served in full, against the plan by price alone. */
    costOfLimitEur: number;
    costOfLimitPct: number | null;
    savingPct: number | null;
  } | null;
};
export type BacktestFigures = Record<GroupName, GroupFigures>;
/** What was asked, as far as it decides which figures there are. */
export type FiguresSettings = { hasCo2: boolean; hasLimit: boolean; isDepartureKnown: boolean };

const QUARTERS_PER_HOUR = 4;

/** backtestFigures turns what the threads added up into the figures of each group. */
export function backtestFigures(
  data: readonly BacktestData[],
  settings: FiguresSettings,
): BacktestFigures {
  const group = (name: GroupName) => {
    const { tally, atOnceKw, plannedKw } = combine(data, name);
    return figuresOf(tally, { settings, atOnceKw, plannedKw });
  };
  const [all, slack2h, overnight] = GROUPS;
  return { [all]: group(all), [slack2h]: group(slack2h), [overnight]: group(overnight) };
}

/** sumLoads adds up a load per quarter over threads and the parts of a group, milli-Wh. */
export function sumLoads(
  loads: readonly (readonly Float64Array[])[],
  name: GroupName,
): Float64Array {
  const total = new Float64Array(loads[0]?.[0]?.length ?? 0);
  for (const parts of loads) {
    parts.forEach((part, index) => {
      if (isIn(index, name)) addEach(total, part);
    });
  }
  return total;
}

function combine(data: readonly BacktestData[], name: GroupName) {
  const tally = new Tally();
  for (const { tallies } of data) {
    for (let part = 0; part < PARTS; part += 1) {
      const one = tallies[part];
      if (one !== undefined && isIn(part, name)) tally.absorb(one);
    }
  }
  const peakKw = (loads: readonly (readonly Float64Array[])[]) =>
    (highest(sumLoads(loads, name)) * QUARTERS_PER_HOUR) / 1e6;
  return {
    tally,
    atOnceKw: peakKw(data.map(({ atOnceLoads }) => atOnceLoads)),
    plannedKw: peakKw(data.map(({ plannedLoads }) => plannedLoads)),
  };
}

function highest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}

type Context = { settings: FiguresSettings; atOnceKw: number; plannedKw: number };

function figuresOf(tally: Tally, context: Context): GroupFigures {
  const { settings } = context;
  const kwh = (name: SumName) => ratio(tally.sum(name), 1e6) ?? 0;
  const eur = (name: SumName) => Number(tally.sum(name)) / 1e11;
  const sessions = tally.counted('sessions');
  const baseline = eur('baselineExact');
  const saving = Number(tally.sum('baselineExact') - tally.sum('plannedExact')) / 1e11;
  const energyKwh = kwh('energyMilliWh');
  const largest = tally.largestSavingExact;
  const priceMissing = tally.counted('priceMissing');
  const unusable = tally.counted('unusable');
  return {
    sessions,
    skipped: priceMissing + unusable,
    skippedBecause: { priceMissing, unusable },
    energyKwh,
    notFittingKwh: kwh('cappedMilliWh'),
    baselineEur: round(baseline),
    plannedEur: round(eur('plannedExact')),
    savingPct: percent(saving, baseline),
    movedPct: percent(kwh('movedMilliWh'), energyKwh),
    connectedOverCharging: ratio(tally.sum('connectedS'), Number(tally.sum('chargingS'))),
    connectedOverChargingMedian: rounded(tally.ratioQuantile(0.5)),
    connectedOverHighestPower: ratio(tally.sum('connectedS'), Number(tally.sum('highestPowerS'))),
    eurPerSession: {
      mean: sessions === 0 ? null : round(saving / sessions),
      median: rounded(tally.savingQuantile(0.5)),
      p95: rounded(tally.savingQuantile(0.95)),
      max: largest === null ? null : round(largest / 1e11),
    },
    shareAtLeast020Pct: percent(tally.counted('atLeast020'), sessions),
    shareWithin020To10Pct: percent(tally.counted('within020To10'), sessions),
    peakHours: peakHoursOf(kwh, energyKwh),
    evPeakKw: { atOnce: round(context.atOnceKw), planned: round(context.plannedKw) },
    co2: settings.hasCo2 ? co2Of(tally) : null,
    settlement: settlementOf(tally, saving),
    departure: settings.isDepartureKnown ? null : departureOf(tally, saving),
    limit: settings.hasLimit ? limitOf(tally) : null,
  };
}

function peakHoursOf(
  kwh: (name: SumName) => number,
  energyKwh: number,
): GroupFigures['peakHours'] {
  const atOnceKwh = kwh('eveningAtOnceMilliWh');
  const plannedKwh = kwh('eveningPlannedMilliWh');
  return {
    fromHour: 17,
    toHour: 21,
    atOnceKwh,
    plannedKwh,
    atOncePct: percent(atOnceKwh, energyKwh),
    plannedPct: percent(plannedKwh, energyKwh),
  };
}

function co2Of(tally: Tally): GroupFigures['co2'] {
  // milli-Wh × 0.01 g/kWh = 10⁻⁸ g.
  const kg = (name: SumName) => Number(tally.sum(name)) / 1e11;
  const [atOnceKg, plannedKg] = [kg('co2AtOnce'), kg('co2Planned')];
  return {
    sessions: tally.counted('co2Sessions'),
    energyKwh: ratio(tally.sum('co2EnergyMilliWh'), 1e6) ?? 0,
    atOnceKg: round(atOnceKg),
    plannedKg: round(plannedKg),
    changePct: percent(plannedKg - atOnceKg, atOnceKg),
  };
}

function settlementOf(tally: Tally, savingEur: number): GroupFigures['settlement'] {
  const micro = (name: SumName) => round(Number(tally.sum(name)) / 1e6);
  const credited = Number(tally.sum('settledSavingExact')) / 1e11;
  const cappedEur = micro('cappedMicro');
  const paidEur = round(micro('potMicro') - cappedEur);
  return {
    savingEur: round(credited),
    creditedPct: percent(credited, savingEur),
    paidEur,
    paidPct: percent(paidEur, savingEur),
    driverEur: micro('driverMicro'),
    mspEur: micro('mspMicro'),
    cpoEur: micro('cpoMicro'),
    platformEur: micro('platformMicro'),
    cappedEur,
    driverAtLeast020Pct: percent(tally.counted('driverAtLeastMinimum'), tally.counted('sessions')),
  };
}

function departureOf(tally: Tally, savingEur: number): GroupFigures['departure'] {
  const missed = Number(tally.sum('missedMilliWh')) / 1e6;
  const delivered = Number(tally.sum('energyMilliWh')) / 1e6;
  return {
    capturePct: percent(savingEur, Number(tally.sum('foresightExact')) / 1e11),
    missedKwh: round(missed),
    missedPct: percent(missed, missed + delivered),
    shortByOneKwhPct: percent(tally.counted('shortByOneKwh'), tally.counted('sessions')),
  };
}

function limitOf(tally: Tally): GroupFigures['limit'] {
  const eur = (name: SumName) => Number(tally.sum(name)) / 1e11;
  const unservedKwh = round(Number(tally.sum('unservedMilliWh')) / 1e6);
  const limited = eur('limitedExact');
  const costOfLimitEur = round(limited - eur('limitedPriceOnlyExact'));
  const baseline = eur('limitedBaselineExact');
  return {
    unservedKwh,
    unservedPct: percent(unservedKwh, Number(tally.sum('limitedEnergyMilliWh')) / 1e6),
    unservedSessions: tally.counted('unserved'),
    costOfLimitEur,
    costOfLimitPct: percent(costOfLimitEur, eur('limitedPriceOnlyExact')),
    savingPct: percent(baseline - limited, baseline),
  };
}

function percent(part: number, whole: number): number | null {
  return whole > 0 ? round((part / whole) * 100) : null;
}

function ratio(part: bigint, whole: number): number | null {
  return whole > 0 ? round(Number(part) / whole) : null;
}

function rounded(value: number | null): number | null {
  return value === null ? null : round(value);
}

/** Six decimals: beyond them only the binary fraction speaks. */
function round(value: number): number {
  return Number(value.toFixed(6)) + 0;
}
