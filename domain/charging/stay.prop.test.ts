import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { chooseStay, type ConnectorHistory, type FormerStay } from './stay.ts';

const TOLERANCE_S = 60;
const instant = fc.integer({ min: 0, max: 500_000 });
const maybe = fc.option(instant, { nil: null });

const former: fc.Arbitrary<FormerStay[]> = fc.array(
  fc.record({
    sessionId: fc.uuid(),
    isOpen: fc.boolean(),
    isSameCard: fc.boolean(),
    isSameEvse: fc.boolean(),
    isUnplugged: fc.boolean(),
    plugInAt: instant,
    plugOutAt: maybe,
  }),
  { maxLength: 6 },
);
const connector: fc.Arbitrary<ConnectorHistory> = fc.record({
  status: fc.option(fc.constantFrom('Available', 'Preparing', 'Finishing'), { nil: null }),
  statusAt: maybe,
  availableAt: maybe,
  connectedAt: maybe,
});

it('no start goes on with a stay that began after it, ended after it, or has not ended', () => {
  fc.assert(
    fc.property(instant, former, connector, (startAt, stays, history) => {
      const chosen = chooseStay({ startAt, former: stays, connector: history });
      if (chosen === null) return;
      const stay = stays.find((one) => one.sessionId === chosen);
      expect(stay?.isOpen).toBe(false);
      expect(stay?.plugInAt).toBeLessThanOrEqual(startAt);
      expect(stay?.plugOutAt).toBeLessThanOrEqual(startAt + TOLERANCE_S);
    }),
    { numRuns: lawRuns() },
  );
});
