import { describe, expect, it } from 'vitest';
import { BIDDING_ZONES, findZone } from './zones.ts';

/** Check character of an EIC (ENTSO-E EIC reference manual): weights 16…2, modulo 37. */
function checkCharacter(eic: string): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-';
  let sum = 0;
  for (let index = 0; index < 15; index += 1) {
    sum += alphabet.indexOf(eic.charAt(index)) * (16 - index);
  }
  return alphabet.charAt(36 - ((sum - 1) % 37));
}

describe('bidding zones', () => {
  it.each(BIDDING_ZONES)('gives $code an EIC whose check character is right', ({ eic }) => {
    expect(eic).toHaveLength(16);
    expect(eic.charAt(15)).toBe(checkCharacter(eic));
  });

  it('names each zone and each code once, with a time zone that exists', () => {
    expect(new Set(BIDDING_ZONES.map(({ code }) => code)).size).toBe(BIDDING_ZONES.length);
    expect(new Set(BIDDING_ZONES.map(({ eic }) => eic)).size).toBe(BIDDING_ZONES.length);
    for (const { timeZone } of BIDDING_ZONES) {
      expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
    }
  });

  it('finds a zone by code in the spellings people use and by EIC', () => {
    expect(findZone('NL')?.eic).toBe('10YNL----------L');
    expect(findZone(' de-lu ')?.code).toBe('DE_LU');
    expect(findZone('SE_4')?.code).toBe('SE4');
    expect(findZone('10Y1001A1001A47J')?.code).toBe('SE4');
    expect(findZone('Atlantis')).toBeNull();
  });
});
