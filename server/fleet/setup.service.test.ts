import { describe, expect, test } from 'vitest';
import { fallbackFor } from './setup.service.ts';

const refusals = (key: string, value: string): string[] => {
  const next = fallbackFor('ChangeConfiguration', { key, value });
  if (next === null || next.action !== 'ChangeConfiguration') return [];
  return [next.payload.value, ...refusals(key, next.payload.value)];
};

describe('a setting that a station refuses', () => {
  test('is asked for again at the nearest interval, until nothing is left', () => {
    expect(refusals('MeterValueSampleInterval', '60')).toEqual(['30', '120', '300', '900']);
    expect(refusals('ClockAlignedDataInterval', '900')).toEqual(['600', '300', '1800', '3600']);
  });
  test('is shortened to the register alone where it is a list of measurands', () => {
    const all = 'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered,SoC';
    const asked = refusals('MeterValuesSampledData', all);
    expect(asked).toHaveLength(3);
    expect(asked.at(-1)).toBe('Energy.Active.Import.Register');
  });
  test('has the same ladder in 2.0.1', () => {
    const variables = [{ component: 'AlignedDataCtrlr', variable: 'Interval', value: '900' }];
    expect(fallbackFor('SetVariables', { variables })?.payload).toEqual({
      variables: [{ component: 'AlignedDataCtrlr', variable: 'Interval', value: '600' }],
    });
  });
  test('is given up where nobody knows another value', () => {
    expect(fallbackFor('ChangeConfiguration', { key: 'HeartbeatInterval', value: '300' })).toBe(null);
    expect(fallbackFor('Reset', { type: 'OnIdle' })).toBe(null);
  });
});
