import { describe, expect, it } from 'vitest';
import { evidenceTable } from '#domain/planning/backtest/evidence-table.ts';
import { backtestFigures } from '#domain/planning/backtest/figures.ts';
import { explanationOf } from './evidence-words.ts';

describe('the evidence page', () => {
  it('explains every figure that its table has', () => {
    const figures = backtestFigures([], {
      hasCo2: false,
      hasLimit: false,
      isDepartureKnown: true,
    });
    const { rows } = evidenceTable({ ...figures, neighbourhood: null });
    expect(rows.length).toBeGreaterThan(10);
    const unexplained = rows.filter(({ label }) => explanationOf(label) === null);
    expect(unexplained.map(({ label }) => label)).toEqual([]);
  });
});
