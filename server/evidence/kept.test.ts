import { describe, expect, it } from 'vitest';
import { kept } from './kept.ts';

describe('kept', () => {
  it('computes once for all who ask at once, and anew when its time is over', async () => {
    let now = 0;
    let made = 0;
    const keep = kept<number>(1_000, () => now);
    const ask = (key = 'a', owner: object = home) => keep(owner, key, async () => (made += 1));
    const home = {};
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    expect(await ask('b')).toBe(2);
    expect(await ask('a', {})).toBe(3);
    now = 1_001;
    expect(await ask()).toBe(4);
  });
  it('does not keep a failure', async () => {
    const keep = kept<string>(1_000, () => 0);
    const home = {};
    await expect(keep(home, 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await keep(home, 'a', async () => 'yes')).toBe('yes');
  });
});
