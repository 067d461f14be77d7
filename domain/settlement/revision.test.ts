import { describe, expect, it } from 'vitest';
import { decideRevision, FINAL_AFTER_S, receivableMicro } from './revision.ts';
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
const posted = { revision: 2, figures };
const when = { stayEndedAt: 1_000_000, nowAt: 1_000_060 };

describe('revisions', () => {
  it('the first settlement is revision 0', () => {
    expect(decideRevision({ posted: null, recomputed: figures, ...when })).toEqual({
      kind: 'first',
      revision: 0,
    });
  });

  it('the same figures change nothing, at any time', () => {
    const args = { posted, recomputed: { ...figures }, ...when, nowAt: 9_000_000 };
    expect(decideRevision(args)).toEqual({ kind: 'unchanged', revision: 2 });
  });

  it('other figures reverse the last revision and post the next', () => {
    expect(decideRevision({ posted, recomputed: less, ...when })).toEqual({
      kind: 'revise',
      reverses: 2,
      revision: 3,
      differences: [{ figure: 'driverMicro', stored: '480000', recomputed: '400000' }],
      driverChangeMicro: -80_000n,
    });
  });

  it('from 14 days after the stay the figures are final', () => {
    const decide = (nowAt: number) =>
      decideRevision({ posted, recomputed: less, ...when, nowAt }).kind;
    expect(decide(when.stayEndedAt + FINAL_AFTER_S - 1)).toBe('revise');
    expect(decide(when.stayEndedAt + FINAL_AFTER_S)).toBe('final');
  });

  it('only what the account no longer holds becomes a receivable', () => {
    expect(receivableMicro(-80_000n, 100_000n)).toBe(0n);
    expect(receivableMicro(-80_000n, 30_000n)).toBe(50_000n);
    expect(receivableMicro(-80_000n, 0n)).toBe(80_000n);
    expect(receivableMicro(80_000n, 0n)).toBe(0n);
  });
});
