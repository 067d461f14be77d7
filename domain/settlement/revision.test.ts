import { describe, expect, it } from 'vitest';
import { decideRevision, FINAL_AFTER_S } from './revision.ts';
import type { SettlementFigures } from './receipt.ts';

const figures: SettlementFigures = {
  energyMilliWh: '10000000',
  baselineExact: '300000000000',
  actualExact: '200000000000',
  savingExact: '100000000000',
  potMicro: '800000',
  driverMicro: '480000',
  mspMicro: '120000',
  cpoMicro: '120000',
  platformMicro: '80000',
  cappedMicro: '0',
};
const less: SettlementFigures = { ...figures, driverMicro: '400000' };
const when = { stayEndedAt: 1_000_000, nowAt: 1_000_060 };

describe('revisions', () => {
  it('the first settlement is the first, and the same figures change nothing, at any time', () => {
    expect(decideRevision({ posted: null, recomputed: figures, ...when })).toBe('first');
    const same = { posted: figures, recomputed: { ...figures }, ...when };
    expect(decideRevision(same)).toBe('unchanged');
    expect(decideRevision({ ...same, nowAt: 9_000_000 })).toBe('unchanged');
  });

  it('other figures are a revision until 14 days after the stay, when they are final', () => {
    const decide = (nowAt: number) =>
      decideRevision({ posted: figures, recomputed: less, ...when, nowAt });
    expect(decide(when.nowAt)).toBe('revise');
    expect(decide(when.stayEndedAt + FINAL_AFTER_S - 1)).toBe('revise');
    expect(decide(when.stayEndedAt + FINAL_AFTER_S)).toBe('final');
  });
});
