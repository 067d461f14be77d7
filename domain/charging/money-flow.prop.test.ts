import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { moneyFlow } from './money-flow.ts';

const part = fc.bigInt({ min: 0n, max: 10_000_000n });
const facts = fc.record({
  energyMilliWh: fc.integer({ min: 0, max: 100_000_000 }),
  salePriceMicroPerKwh: fc.integer({ min: 0, max: 2_000_000 }).map(String),
  actualExact: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 13n }),
  parts: fc.record({ driverMicro: part, mspMicro: part, cpoMicro: part, platformMicro: part }),
});

it('the parts are the bill, to the micro-euro', () => {
  fc.assert(
    fc.property(facts, (args) => {
      const flow = moneyFlow(args);
      const { marketMicro, driverMicro, mspMicro, platformMicro, operatorMicro } = flow;
      expect(marketMicro + driverMicro + mspMicro + platformMicro + operatorMicro).toBe(
        flow.billMicro,
      );
    }),
    { numRuns: lawRuns() },
  );
});

it('shows each party its settled part and the market its cost', () => {
  const flow = moneyFlow({
    energyMilliWh: 20_000_000,
    salePriceMicroPerKwh: '425000',
    actualExact: 160_000_000_000n,
    parts: {
      driverMicro: 700_000n,
      mspMicro: 200_000n,
      cpoMicro: 350_000n,
      platformMicro: 140_000n,
    },
  });
  expect(flow).toEqual({
    billMicro: 8_500_000n,
    marketMicro: 1_600_000n,
    driverMicro: 700_000n,
    mspMicro: 200_000n,
    platformMicro: 140_000n,
    operatorMicro: 5_860_000n,
  });
});
