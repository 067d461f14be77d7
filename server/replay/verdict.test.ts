import { describe, expect, test } from 'vitest';
import type { ChargingProfile } from '#domain/charging/commands.ts';
import type { Plan, PlanSlot } from '#domain/planning/plan.ts';
import type { SettlementFacts } from '#domain/settlement/facts.ts';
import { figuresOf, type SettlementFigures } from '#domain/settlement/receipt.ts';
import { settle } from '#domain/settlement/settle.ts';
import { isoFromSeconds } from '#domain/time/instant.ts';
import { changedMicro, verdictOf, type AcceptedCommand, type StoredStay } from './verdict.ts';

const AT = 1_772_409_600;
const HOUR = 3_600;
const CAR_W = 11_040;

/** Registers every 5 min of a car that draws its power in `drawing`, hours after AT. */
function readings(fromH: number, toH: number, drawing: readonly (readonly [number, number])[]) {
  let registerMilliWh = 0;
  return Array.from({ length: (toH - fromH) * 12 + 1 }, (_, index) => {
    const at = AT + fromH * HOUR + index * 300;
    const isDrawing = drawing.some(([start, end]) => AT + start * HOUR < at && at <= AT + end * HOUR);
    if (isDrawing) registerMilliWh += CAR_W * 1_000 / 12;
    return { at, receivedAt: at, registerMilliWh, powerW: isDrawing ? CAR_W : 0 };
  });
}

/** Two transactions, [0 h, 4 h) and [5 h, 9 h). */
function factsOf(drawing: readonly (readonly [number, number])[]): SettlementFacts {
  const transaction = (id: number, fromH: number, toH: number) => ({
    id, startedAt: AT + fromH * HOUR, stoppedAt: AT + toH * HOUR, readings: readings(fromH, toH, drawing),
  });
  return {
    sessionId: 'stay', plugInAt: AT, plugOutAt: AT + 9 * HOUR, transactions: [transaction(1, 0, 4), transaction(2, 5, 9)],
    limits: [{ fromAt: AT + HOUR, toAt: AT + 3 * HOUR, limitW: 0 }], ratedPowerW: 22_080,
    prices: Array.from({ length: 48 }, (_, index) => ({
      startAt: AT + index * 900, seconds: 900, priceTicks: index < 8 ? 30_000 : 5_000, kind: 'published' as const,
    })),
    programme: {
      versionId: '1', shareBp: 9_000, driverBp: 5_000, mspBp: 1_500, cpoBp: 2_500, platformBp: 1_000, driverCapMicro: '10000000', minPayoutMicro: '200000',
    },
    salePriceMicroPerKwh: '420000', probeSeconds: 300,
  };
}

const slot = (fromH: number, toH: number): PlanSlot => ({
  startAt: AT + fromH * HOUR, seconds: (toH - fromH) * HOUR, energyMilliWh: CAR_W * 1_000 * (toH - fromH), powerW: CAR_W,
  chargeFromAt: AT + fromH * HOUR, chargeSeconds: (toH - fromH) * HOUR, priceTicks: 1, priceKind: 'published',
});
const plan = (version: number, ...slots: PlanSlot[]) => ({ version, content: { mode: 'SMART', deliveredMilliWh: 1, slots } as unknown as Plan });

/** A profile of a plan's version, accepted `acceptedH` after AT, that lets the car charge in `freeH` only. */
function accepted(version: number, acceptedH: number, freeH: readonly [number, number]): AcceptedCommand {
  const startAt = AT + acceptedH * HOUR;
  const profile: ChargingProfile = {
    id: 1, stackLevel: 0, purpose: 'TxProfile', transactionOcppId: '1', rateUnit: 'A', numberPhases: 3, durationS: null, validTo: null,
    startAt: isoFromSeconds(startAt), validFrom: isoFromSeconds(startAt),
    periods: [{ startOffsetS: 0, limit: 0 }, { startOffsetS: (freeH[0] - acceptedH) * HOUR, limit: 16 }, { startOffsetS: (freeH[1] - acceptedH) * HOUR, limit: 0 }],
  };
  return { action: 'SetChargingProfile', planVersion: version, payload: { evseId: 1, profile }, sentAt: null, answeredAt: isoFromSeconds(startAt) };
}

const stay = (drawing: readonly (readonly [number, number])[]): StoredStay => ({
  facts: factsOf(drawing), phases: 3,
  plans: [plan(1, slot(3, 4)), plan(2, slot(7, 8)), plan(3)],
  commands: [accepted(1, 1, [3, 4]), accepted(2, 5, [7, 8])],
});

describe('the verdict on a stay of two transactions and two plans in force', () => {
  test('is followed where both were, whatever a plan says that no station accepted', () => {
    expect(verdictOf(stay([[0, 1], [3, 4], [7, 8]]))).toMatchObject({ followed: true, reason: 'FOLLOWED' });
  });
  test('finds what was drawn while off in the first transaction', () => {
    expect(verdictOf(stay([[0, 1], [1.5, 2], [3, 4], [7, 8]]))).toMatchObject({ followed: false, reason: 'DREW_WHILE_OFF' });
  });
  test('finds what the first plan did not deliver although the last one did', () => {
    expect(verdictOf(stay([[0, 1], [7, 8]]))).toMatchObject({ followed: false, reason: 'DELIVERED_DIFFERS' });
  });
  test('a plan ends where its profile is cleared', () => {
    const cleared = { action: 'ClearChargingProfile', planVersion: null, payload: {}, sentAt: isoFromSeconds(AT + 1.5 * HOUR), answeredAt: isoFromSeconds(AT + 2 * HOUR) };
    const { commands, ...rest } = stay([[0, 1], [2, 3], [7, 8]]);
    expect(verdictOf({ ...rest, commands: [...commands.slice(0, 1), cleared, ...commands.slice(1)] }).followed).toBe(true);
  });
  test('is held to no promise of a plan made before the car drew anything', () => {
    const { plans, ...rest } = stay([[0, 1], [7, 8]]);
    const blind = plans.map(({ version, content }) => ({ version, content: version === 1 ? { ...content, deliveredMilliWh: 0 } : content }));
    expect(verdictOf({ ...rest, plans: blind }).followed).toBe(true);
  });
  test('is not planned where nothing was', () => {
    expect(verdictOf({ ...stay([]), plans: [] })).toEqual({ followed: false, reason: 'NOT_PLANNED' });
    expect(verdictOf({ ...stay([]), commands: [] }).reason).toBe('NEVER_ACCEPTED');
  });
});

describe('settling stored facts again', () => {
  const facts = factsOf([[0, 1], [3, 4], [7, 8]]);
  const result = settle(facts);
  const figures = result.kind === 'settled' ? figuresOf(result) : null;
  if (figures === null) throw new Error('the stay waits');
  test('changes nothing where it was settled by the same rule', () => {
    expect(Number(figures.potMicro)).toBeGreaterThan(0);
    expect(changedMicro(facts, figures)).toBe(0n);
  });
  test.each(['driverMicro', 'mspMicro', 'cpoMicro', 'platformMicro', 'potMicro', 'cappedMicro', 'energyMilliWh', 'baselineExact', 'actualExact'] as const)(
    'tells a change of %s alone', (figure) => {
      const changed: SettlementFigures = { ...figures, [figure]: String(BigInt(figures[figure]) + 1n) };
      expect(changedMicro(facts, changed)).toBe(1n);
    });
  test('tells facts that cannot be settled any more', () => {
    expect(changedMicro({ ...facts, prices: [] }, figures)).toBe(1n);
  });
});
