import { VOLTAGE_V } from './car.ts';
import type { Reading } from './evse.ts';

export type ReadingContext =
  | 'Sample.Periodic'
  | 'Sample.Clock'
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Trigger';

export type Measurand =
  | 'Energy.Active.Import.Register'
  | 'Power.Active.Import'
  | 'Current.Import'
  | 'Current.Offered'
  | 'SoC';

export type Measured = { measurand: Measurand; value: number; unit: 'Wh' | 'W' | 'A' | 'Percent' };

const MEASURANDS: readonly string[] = [
  'Energy.Active.Import.Register',
  'Power.Active.Import',
  'Current.Import',
  'Current.Offered',
  'SoC',
] satisfies Measurand[];

/** parseMeasurands reads a comma-separated list; null where one of them cannot be measured here. */
export function parseMeasurands(list: string): Measurand[] | null {
  const names = list.split(',').map((name) => name.trim());
  const wanted = names.filter((name) => name !== '');
  return wanted.every((name) => MEASURANDS.includes(name)) ? (wanted as Measurand[]) : null;
}

/** Register in whole Wh as a station shows it; a mislabelling one shows kWh and says Wh. */
export function registerWh(reading: Reading, kwhLabelledWh: boolean): number {
  const wh = Math.floor(reading.registerMilliWh / 1000);
  return kwhLabelledWh ? wh / 1000 : wh;
}

/** The asked measurands of one reading; state of charge only where the car tells it. */
export function measure(
  reading: Reading,
  measurands: readonly Measurand[],
  kwhLabelledWh: boolean,
): Measured[] {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  const all: Measured[] = [
    {
      measurand: 'Energy.Active.Import.Register',
      value: registerWh(reading, kwhLabelledWh),
      unit: 'Wh',
    },
    { measurand: 'Power.Active.Import', value: reading.powerW, unit: 'W' },
    {
      measurand: 'Current.Import',
      value: tenth(reading.powerW / (VOLTAGE_V * reading.phases)),
      unit: 'A',
    },
    { measurand: 'Current.Offered', value: tenth(reading.offeredMilliA / 1000), unit: 'A' },
  ];
  if (reading.socPercent !== null) {
    all.push({ measurand: 'SoC', value: reading.socPercent, unit: 'Percent' });
  }
  return all.filter((entry) => measurands.includes(entry.measurand));
}
