import { decimalToMilli } from '../units/energy.ts';

/** One sampled value as a station sends it, in OCPP 2.0.1 words; `value` is decimal text. */
export type SampledValue = {
  value: string;
  context?: string | undefined;
  measurand?: string | undefined;
  phase?: string | undefined;
  location?: string | undefined;
  unit?: string | undefined;
  /** Power of ten by which the value is multiplied (2.0.1). */
  multiplier?: number | undefined;
  /** Signed meter data, kept as it came; such a value is never interpreted. */
  signed?: string | undefined;
};

export type BaseUnit =
  'Wh' | 'varh' | 'W' | 'var' | 'VA' | 'A' | 'V' | 'Hz' | 'Celsius' | '%' | 'rpm' | '1';

/** A sampled value in thousandths of its base unit; null where the text is no number that fits. */
export type Sample = {
  measurand: string;
  valueMilli: number | null;
  unit: BaseUnit;
  phase?: string;
  location?: string;
  raw?: string;
};

/** UNPARSABLE: the register or the power is no decimal. NEGATIVE: the register is below 0. OUT_OF_RANGE: a figure no meter shows. */
export type ReadingFlag = 'UNPARSABLE' | 'NEGATIVE' | 'OUT_OF_RANGE';

/** Everything a station measured at one instant, in whole milli-Wh, W, mA and permille. */
export type Reading = {
  context: string;
  registerMilliWh: number | null;
  powerW: number | null;
  currentMa: number | null;
  offeredMa: number | null;
  socPermille: number | null;
  flag: ReadingFlag | null;
  samples: Sample[];
};

const REGISTER = 'Energy.Active.Import.Register';
const POWER = 'Power.Active.Import';
const INT32_MAX = 2_147_483_647;

/**
 * normaliseReading turns the sampled values of one instant into base units. The measurand decides
 * what is measured and the unit only its size, for some stations label power as Wh; without a
 * measurand it is the import register in Wh, as the standard says. Totals go before sums of phases.
 * Of energy and power only the outlet counts as what the car got; of the other figures the highest.
 * Implausible figures stay, for settlement judges them. A figure nobody counts with (SoC, current)
 * that cannot be read is left out and spoils nothing else.
 */
export function normaliseReading(values: readonly SampledValue[]): Reading {
  const samples = values.map(normaliseSample);
  // Signed data beside its plain value is no fault, only unread.
  const hasUnparsable = samples.some(
    (sample, n) =>
      sample.valueMilli === null && values[n]?.signed === undefined && isCounted(sample),
  );
  const registerMilliWh = total(samples, REGISTER);
  const power = total(samples, POWER);
  const soc = highest(samples, 'SoC');
  const reading: Reading = {
    context: values.find((value) => value.context !== undefined)?.context ?? 'Sample.Periodic',
    registerMilliWh,
    powerW: within(power === null ? null : Math.round(power / 1000), INT32_MAX),
    currentMa: within(highest(samples, 'Current.Import'), INT32_MAX),
    offeredMa: within(highest(samples, 'Current.Offered'), INT32_MAX),
    socPermille: soc === null || soc < 0 || soc > 100_000 ? null : Math.round(soc / 100),
    flag: null,
    samples,
  };
  if (hasUnparsable) reading.flag = 'UNPARSABLE';
  else if (registerMilliWh !== null && registerMilliWh < 0) reading.flag = 'NEGATIVE';
  else if (power !== null && reading.powerW === null) reading.flag = 'OUT_OF_RANGE';
  return reading;
}

/** Whether a reading says something else, or nothing, without this sample. */
function isCounted({ measurand, location, phase }: Sample): boolean {
  if (measurand !== REGISTER && measurand !== POWER) return false;
  return isAtOutlet({ location }) && (phase === undefined || LINES.has(phase));
}

function within(value: number | null, limit: number): number | null {
  return value === null || Math.abs(value) > limit ? null : value;
}

function normaliseSample(value: SampledValue): Sample {
  const measurand = value.measurand ?? REGISTER;
  const unit = value.unit?.toLowerCase() ?? '';
  const exponent = (unit.startsWith('k') && unit.length > 1 ? 3 : 0) + (value.multiplier ?? 0);
  const milli = value.signed === undefined ? decimalToMilli(value.value, exponent) : null;
  const sample: Sample = {
    measurand,
    valueMilli: milli === null ? null : inBaseUnit(milli, unit),
    unit: baseUnit(measurand, unit),
  };
  if (value.phase !== undefined) sample.phase = value.phase;
  if (value.location !== undefined) sample.location = value.location;
  if (value.signed !== undefined) sample.raw = value.signed;
  else if (milli === null) sample.raw = value.value;
  return sample;
}

/** Temperatures are the only units that differ from their base unit by more than a power of ten. */
function inBaseUnit(milli: number, unit: string): number {
  if (unit === 'k') return milli - 273_150;
  if (unit === 'fahrenheit') return Math.round(((milli - 32_000) * 5) / 9);
  return milli;
}

const FAMILIES: readonly (readonly [string, BaseUnit])[] = [
  ['Energy.Active', 'Wh'],
  ['Energy.Reactive', 'varh'],
  ['Energy.Apparent', 'VA'],
  ['Power.Active', 'W'],
  ['Power.Offered', 'W'],
  ['Power.Reactive', 'var'],
  ['Power.Factor', '1'],
  ['Energy', 'Wh'],
  ['Current', 'A'],
  ['Voltage', 'V'],
  ['Frequency', 'Hz'],
  ['Temperature', 'Celsius'],
  ['SoC', '%'],
  ['RPM', 'rpm'],
  ['Power', 'W'],
];

function baseUnit(measurand: string, unit: string): BaseUnit {
  if (unit === 'va' || unit === 'kva') return 'VA';
  if (measurand === REGISTER) return 'Wh';
  return FAMILIES.find(([prefix]) => measurand.startsWith(prefix))?.[1] ?? '1';
}

function isAtOutlet(sample: { location?: string | undefined }): boolean {
  return sample.location === undefined || sample.location === 'Outlet';
}

/** The line conductors, also measured against neutral; N alone and line-to-line are no share of a total. */
const LINES = new Set(['L1', 'L2', 'L3', 'L1-N', 'L2-N', 'L3-N']);

function total(samples: readonly Sample[], measurand: string): number | null {
  let sum: number | null = null;
  for (const sample of samples) {
    if (sample.measurand !== measurand || sample.valueMilli === null || !isAtOutlet(sample))
      continue;
    if (sample.phase === undefined) return sample.valueMilli;
    if (LINES.has(sample.phase)) sum = (sum ?? 0) + sample.valueMilli;
  }
  return sum === null || Number.isSafeInteger(sum) ? sum : null;
}

function highest(samples: readonly Sample[], measurand: string): number | null {
  let most: number | null = null;
  for (const sample of samples) {
    if (sample.measurand !== measurand || sample.valueMilli === null || sample.phase === 'N')
      continue;
    if (most === null || sample.valueMilli > most) most = sample.valueMilli;
  }
  return most;
}
