import { describe, expect, test } from 'vitest';
import { isoFromSeconds } from '#domain/time/instant.ts';
import { factsDigest, settlementFacts } from './settlement-facts.ts';
import type { ProfileJson, SettlementRow } from './settlement.store.ts';

const AT = 1_772_409_600;
const HOUR = 3_600;

/** Two transactions of an hour, an hour apart. */
function rowWith(profiles: ProfileJson[]): SettlementRow {
  const transaction = (id: number, fromAt: number) => ({
    id, startedAt: isoFromSeconds(fromAt), startedReceivedAt: isoFromSeconds(fromAt), startMilliWh: 0,
    stoppedAt: isoFromSeconds(fromAt + HOUR), stoppedReceivedAt: isoFromSeconds(fromAt + HOUR), stopMilliWh: 5_000, state: 'ENDED', readings: [],
  });
  return {
    id: 'stay', plug_in_at: new Date(AT * 1000), phases: 3, rated_power_w: 22_080, contract_kind: 'DAY_AHEAD', sale_price_micro: 1n,
    programme_version_id: 1, share_bp: 8_000, driver_bp: 10_000, msp_bp: 0, cpo_bp: 0, platform_bp: 0, driver_cap_micro: 1n, min_payout_micro: 1n,
    transactions: [transaction(1, AT), transaction(2, AT + 2 * HOUR)], profiles,
  } as unknown as SettlementRow;
}

function profile(purpose: 'TxProfile' | 'TxDefaultProfile'): ProfileJson {
  return { action: 'SetChargingProfile', inForceAt: isoFromSeconds(AT + 600), payload: { evseId: 1, profile: {
    id: 1, stackLevel: 0, purpose, transactionOcppId: purpose === 'TxProfile' ? '1' : null, rateUnit: 'A', startAt: isoFromSeconds(AT),
    validFrom: isoFromSeconds(AT), validTo: null, durationS: null, numberPhases: 3, periods: [{ startOffsetS: 0, limit: 0 }],
  } } };
}

const facts = (row: SettlementRow) => settlementFacts(row, [], { now: AT + 9 * HOUR, clockSpeed: 1 });

describe('the limits of a stay of two transactions', () => {
  test('end with the first where a TxProfile set them', () => {
    expect(facts(rowWith([profile('TxProfile')])).limits).toEqual([{ fromAt: AT + 600, toAt: AT + HOUR, limitW: 0 }]);
  });

  test('go on into the second where a profile of the EVSE set them, until it is cleared', () => {
    expect(facts(rowWith([profile('TxDefaultProfile')])).limits).toEqual([{ fromAt: AT + 600, toAt: AT + 3 * HOUR, limitW: 0 }]);
    const cleared: ProfileJson = { action: 'ClearChargingProfile', inForceAt: isoFromSeconds(AT + 2 * HOUR), payload: {} };
    expect(facts(rowWith([profile('TxDefaultProfile'), cleared])).limits).toEqual([{ fromAt: AT + 600, toAt: AT + 2 * HOUR, limitW: 0 }]);
  });

  test('are the same facts each time they are read, whatever the time', () => {
    const row = rowWith([profile('TxProfile')]);
    const later = settlementFacts(row, [], { now: AT + 99 * HOUR, clockSpeed: 1 });
    expect(factsDigest(later)).toBe(factsDigest(facts(row)));
  });
});
