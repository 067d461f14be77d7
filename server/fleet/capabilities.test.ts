import { describe, expect, it } from 'vitest';
import { capabilitiesFrom16, capabilitiesFrom201, rateUnits } from './capabilities.ts';
import { fallbackFor } from './setup.service.ts';

describe('what stations say they can do', () => {
  it.each([
    ['Current', ['A']],
    ['Power', ['W']],
    ['Current,Power', ['A', 'W']],
    ['W, A', ['A', 'W']],
    ['Amps', ['A']],
    ['', undefined],
    ['x', undefined],
  ])('rate unit %s', (text, expected) => {
    expect(rateUnits(text)).toEqual(expected);
  });

  it('reads the keys of 1.6 without case and leaves out what is absent or no number', () => {
    expect(
      capabilitiesFrom16([
        { key: 'chargingschedulemaxperiods', value: '24' },
        { key: 'ChargeProfileMaxStackLevel', value: 'many' },
        { key: 'SupportedFeatureProfiles', value: 'Core, Smart Charging' },
        { key: 'MeterValueSampleInterval', value: null },
      ]),
    ).toEqual({ maxPeriods: 24, smartCharging: true });
  });

  it('reads variables of 2.0.1', () => {
    expect(
      capabilitiesFrom201([
        { component: 'SmartChargingCtrlr', variable: 'Enabled', value: 'True' },
        { component: 'SmartChargingCtrlr', variable: 'PeriodsPerSchedule', value: '0' },
        { component: 'AlignedDataCtrlr', variable: 'Interval', value: '900' },
      ]),
    ).toEqual({ smartCharging: true, clockAlignedIntervalS: 900 });
  });
});

describe('fallbackFor', () => {
  it('asks for fewer measurands step by step, down to the register, and then for nothing', () => {
    const asked: string[] = [];
    let value =
      'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered,SoC';
    for (;;) {
      const next = fallbackFor('ChangeConfiguration', { key: 'MeterValuesSampledData', value });
      if (next === null) break;
      ({ value } = next.payload as { value: string });
      asked.push(value);
    }
    expect(asked.at(-1)).toBe('Energy.Active.Import.Register');
    expect(asked).toHaveLength(3);
    expect(
      fallbackFor('ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: '900' }),
    ).toBeNull();
    expect(fallbackFor('Reset', { type: 'OnIdle' })).toBeNull();
  });
});
