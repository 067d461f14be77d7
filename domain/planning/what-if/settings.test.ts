import { describe, expect, it } from 'vitest';
import {
  readSettings,
  settingsQuery,
  settingWithin,
  WHAT_IF_DEFAULTS,
  WHAT_IF_FIELDS,
  WHAT_IF_RANGES,
} from './settings.ts';

describe('a what-if link', () => {
  it('reads back what it was written from', () => {
    const settings = { ...WHAT_IF_DEFAULTS, cars: 1_000, flat: 35, limit: 0 };
    const query = settingsQuery(settings, '2026-11-21');
    expect(query).toBe('day=2026-11-21&cars=1000&limit=0&flat=35');
    const params = Object.fromEntries(new URLSearchParams(query));
    expect(readSettings(params)).toEqual({ settings, day: '2026-11-21', refused: [] });
  });
  it('is empty for the initial values', () => {
    expect(settingsQuery(WHAT_IF_DEFAULTS, null)).toBe('');
    expect(readSettings({})).toEqual({ settings: WHAT_IF_DEFAULTS, day: null, refused: [] });
  });
  it('falls to the initial value and names what it refused', () => {
    const read = readSettings({
      share: '101',
      cars: ['1', '2'],
      power: '-1',
      limit: '1e3',
      flat: 'much',
      unsure: '',
      spread: '50',
      day: 'yesterday',
      other: 'x',
    });
    expect(read.refused).toEqual(['share', 'cars', 'power', 'limit', 'flat', 'unsure', 'day']);
    expect(read.settings).toEqual({ ...WHAT_IF_DEFAULTS, spread: 50 });
    expect(read.day).toBeNull();
  });
  it('takes both ends of every range', () => {
    for (const field of WHAT_IF_FIELDS) {
      for (const end of [WHAT_IF_RANGES[field].min, WHAT_IF_RANGES[field].max]) {
        expect(readSettings({ [field]: String(end) }).settings[field]).toBe(end);
      }
    }
  });
});

describe('a typed number', () => {
  it('is brought into the range of its setting, and is nothing where it is no number', () => {
    expect(settingWithin('cars', 3)).toBe(10);
    expect(settingWithin('share', 55.4)).toBe(55);
    expect(settingWithin('share', 900)).toBe(100);
    expect(settingWithin('share', Number.NaN)).toBeNull();
  });
});
