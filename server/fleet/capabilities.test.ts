import { describe, expect, it } from 'vitest';
import { capabilitiesFrom16, capabilitiesFrom201, rateUnits } from './capabilities.ts';

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
