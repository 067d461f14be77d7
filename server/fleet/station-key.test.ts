import { describe, expect, it } from 'vitest';
import { createStationKey, hashStationKey, matchesStationKey } from './station-key.ts';

describe('station keys', () => {
  const { keyText, hash } = createStationKey();
  it('are 160 bits of hexadecimal text, new each time', () => {
    expect(keyText).toMatch(/^[0-9a-f]{40}$/);
    expect(createStationKey().keyText).not.toBe(keyText);
    expect(hash).toEqual(hashStationKey(keyText));
  });
  it('match as text and as the bytes that the text spells, in either case', () => {
    expect(matchesStationKey(Buffer.from(keyText), hash)).toBe(true);
    expect(matchesStationKey(Buffer.from(keyText, 'hex'), hash)).toBe(true);
    expect(
      matchesStationKey(Buffer.from(keyText, 'hex'), hashStationKey(keyText.toUpperCase())),
    ).toBe(true);
  });
  it('match nothing else, not even other bytes of NUL and 0xFF', () => {
    expect(matchesStationKey(Buffer.from([0, 255, 0]), hash)).toBe(false);
    expect(matchesStationKey(Buffer.alloc(0), hash)).toBe(false);
    expect(matchesStationKey(Buffer.from([0, 255, 58]), hashStationKey('00ff3a'))).toBe(true);
  });
});
