import { expect, it } from 'vitest';
import { isoFromSeconds } from '../time/instant.ts';
import { OPEN_END_AT } from './limits-in-force.ts';
import { profilesInForce, type AcceptedCommand } from './profiles-in-force.ts';

const AT = 1_772_409_600;
const HOUR = 3_600;

function hold(purpose: 'TxProfile' | 'TxDefaultProfile', at: number): AcceptedCommand {
  const profile = {
    id: 1,
    stackLevel: 0,
    purpose,
    transactionOcppId: null,
    rateUnit: 'A',
    startAt: isoFromSeconds(at),
    validFrom: isoFromSeconds(at),
    validTo: null,
    durationS: null,
    numberPhases: 3,
    periods: [{ startOffsetS: 0, limit: 0 }],
  };
  const payload = { evseId: 1, profile };
  return { action: 'SetChargingProfile', payload, inForceAt: isoFromSeconds(at) };
}

const inForce = (accepted: AcceptedCommand[], ...stopsAt: number[]) =>
  profilesInForce({ accepted, stopsAt, phases: 3 });

it('a TxProfile ends with its transaction, and the next one’s counts from its own sending', () => {
  const second = hold('TxProfile', AT + 3 * HOUR);
  expect(inForce([hold('TxProfile', AT), second], AT + HOUR, AT + 4 * HOUR)).toEqual([
    { fromAt: AT, toAt: AT + HOUR, limitW: 0 },
    { fromAt: AT + 3 * HOUR, toAt: AT + 4 * HOUR, limitW: 0 },
  ]);
});

it('a profile of the EVSE outlives its transactions until it is cleared', () => {
  const stays = hold('TxDefaultProfile', AT);
  expect(inForce([stays], AT + HOUR)).toEqual([{ fromAt: AT, toAt: OPEN_END_AT, limitW: 0 }]);
  const cleared = { action: 'ClearChargingProfile', payload: {}, inForceAt: isoFromSeconds(AT + HOUR) };
  expect(inForce([stays, cleared])).toEqual([{ fromAt: AT, toAt: AT + HOUR, limitW: 0 }]);
});

it('what is no profile limits nothing', () => {
  const odd = { action: 'SetChargingProfile', payload: { evseId: 1 }, inForceAt: isoFromSeconds(AT) };
  expect(inForce([odd], AT + HOUR)).toEqual([]);
});
