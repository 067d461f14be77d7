import { describe, expect, it } from 'vitest';
import { normaliseReading, type SampledValue } from './meter-values.ts';

const REGISTER = 'Energy.Active.Import.Register';

describe('normaliseReading', () => {
  it.each<[string, SampledValue[], Partial<ReturnType<typeof normaliseReading>>]>([
    [
      'no measurand and no unit is the import register in Wh',
      [{ value: '1234.5' }],
      { registerMilliWh: 1_234_500, flag: null },
    ],
    ['kWh', [{ value: ' 12.3456 ', unit: 'kWh' }], { registerMilliWh: 12_345_600 }],
    ['a unit in capitals', [{ value: '1', unit: 'KWH' }], { registerMilliWh: 1_000_000 }],
    ['a multiplier of 2.0.1', [{ value: '1.5', multiplier: 3 }], { registerMilliWh: 1_500_000 }],
    [
      'the total goes before the phases',
      [{ value: '1', phase: 'L1' }, { value: '10' }, { value: '2', phase: 'L2' }],
      { registerMilliWh: 10_000 },
    ],
    [
      'without a total the phases are summed, also against neutral',
      [
        { value: '1', phase: 'L1-N' },
        { value: '2', phase: 'L2-N' },
        { value: '3', phase: 'L3-N' },
        { value: '9', phase: 'N' },
      ],
      { registerMilliWh: 6_000 },
    ],
    [
      'only the outlet counts',
      [
        { value: '5', location: 'Inlet' },
        { value: '7', location: 'Outlet' },
      ],
      { registerMilliWh: 7_000 },
    ],
    [
      'the car’s own figures are not the outlet’s',
      [{ value: '5', location: 'EV' }],
      { registerMilliWh: null },
    ],
    [
      'power in kW',
      [{ value: '11.04', measurand: 'Power.Active.Import', unit: 'kW' }],
      { powerW: 11_040 },
    ],
    [
      'power labelled as energy',
      [{ value: '7400', measurand: 'Power.Active.Import', unit: 'Wh' }],
      { powerW: 7_400 },
    ],
    [
      'power of three phases',
      [
        { value: '3680.4', measurand: 'Power.Active.Import', phase: 'L1' },
        { value: '3680.4', measurand: 'Power.Active.Import', phase: 'L2' },
      ],
      { powerW: 7_361 },
    ],
    [
      'the highest current',
      [
        { value: '15.9', measurand: 'Current.Import', phase: 'L1' },
        { value: '16.1', measurand: 'Current.Import', phase: 'L2' },
        { value: '99', measurand: 'Current.Import', phase: 'N' },
        { value: '16', measurand: 'Current.Offered', unit: 'A' },
      ],
      { currentMa: 16_100, offeredMa: 16_000 },
    ],
    [
      'state of charge',
      [{ value: '54.3', measurand: 'SoC', unit: 'Percent' }],
      { socPermille: 543 },
    ],
    [
      'a state of charge no battery has',
      [{ value: '254', measurand: 'SoC' }],
      { socPermille: null },
    ],
    ['a context', [{ value: '1', context: 'Transaction.End' }], { context: 'Transaction.End' }],
    ['text that is no number', [{ value: 'n/a' }], { registerMilliWh: null, flag: 'UNPARSABLE' }],
    ...['', 'NaN'].map((value): [string, SampledValue[], object] => [
      `beside an unreadable state of charge "${value}"`,
      [{ value: '1234.5' }, { value, measurand: 'SoC' }, { value, measurand: 'Voltage' }],
      { registerMilliWh: 1_234_500, socPermille: null, flag: null },
    ]),
    [
      'an unreadable power beside a register',
      [{ value: '1234.5' }, { value: '', measurand: 'Power.Active.Import' }],
      { registerMilliWh: 1_234_500, powerW: null, flag: 'UNPARSABLE' },
    ],
    ['a register below zero', [{ value: '-5' }], { registerMilliWh: -5_000, flag: 'NEGATIVE' }],
    [
      'a power beyond every meter',
      [{ value: '1e9', measurand: 'Power.Active.Import', unit: 'kW' }],
      { powerW: null, flag: 'OUT_OF_RANGE' },
    ],
    [
      'signed data is kept and not read',
      [{ value: '', signed: 'OCMF|{}' }],
      { registerMilliWh: null, flag: null },
    ],
    [
      'export is not import',
      [{ value: '5', measurand: 'Energy.Active.Export.Register' }],
      { registerMilliWh: null },
    ],
    ['nothing at all', [], { registerMilliWh: null, powerW: null, flag: null }],
  ])('%s', (_what, values, expected) => {
    expect(normaliseReading(values)).toMatchObject(expected);
  });

  it.each([
    ['Temperature', '68', 'Fahrenheit', 'Celsius', 20_000],
    ['Temperature', '293.15', 'K', 'Celsius', 20_000],
    ['Temperature', '21.5', 'Celcius', 'Celsius', 21_500],
    ['Voltage', '0.23', 'kV', 'V', 230_000],
    ['Frequency', '50.01', undefined, 'Hz', 50_010],
    ['Power.Reactive.Import', '1.5', 'kvar', 'var', 1_500_000],
    ['Power.Offered', '11', 'kVA', 'VA', 11_000_000],
    ['Energy.Reactive.Import.Register', '3', 'kvarh', 'varh', 3_000_000],
    ['Power.Factor', '0.98', undefined, '1', 980],
    ['RPM', '3', undefined, 'rpm', 3_000],
    ['Mood', '3', 'smiles', '1', 3_000],
  ])('%s %s %s becomes %s', (measurand, value, unit, base, milli) => {
    expect(normaliseReading([{ measurand, value, unit }]).samples).toEqual([
      { measurand, valueMilli: milli, unit: base },
    ]);
  });

  it('keeps phase, location and the raw text of what it could not read', () => {
    expect(
      normaliseReading([{ value: '?', phase: 'L1', location: 'Cable', signed: undefined }]).samples,
    ).toEqual([
      {
        measurand: REGISTER,
        valueMilli: null,
        unit: 'Wh',
        phase: 'L1',
        location: 'Cable',
        raw: '?',
      },
    ]);
  });
});
