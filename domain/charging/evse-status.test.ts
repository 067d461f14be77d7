import { describe, expect, it } from 'vitest';
import { evseStatus, type ConnectorStatus } from './evse-status.ts';

const said = (status: string, statusAt = 100): ConnectorStatus => ({
  status,
  statusAt,
  errorCode: null,
});

describe('an EVSE with several connectors', () => {
  it.each([
    ['Available', ['Available', 'Available']],
    ['Occupied', ['Occupied', 'Available']],
    ['Occupied', ['Unavailable', 'Occupied', 'Faulted']],
    ['Faulted', ['Available', 'Unavailable', 'Faulted']],
    ['Unavailable', ['Available', 'Unavailable']],
    ['SuspendedEV', ['SuspendedEV']],
  ])('is %s where they are %j', (expected, words) => {
    const connectors = words.map((word) => said(word));
    for (const order of [connectors, connectors.toReversed()]) {
      expect(evseStatus(order, said('Available')).status).toBe(expected);
    }
  });

  it('is freed only once none of them is in use', () => {
    const free = said('Available', 200);
    expect(evseStatus([said('Occupied'), free], free).isFreed).toBe(false);
    expect(evseStatus([said('Faulted'), free], free).isFreed).toBe(true);
    expect(evseStatus([free, free], said('Faulted')).isFreed).toBe(false);
  });

  it('says since when it is what it is', () => {
    const connectors = [said('Occupied', 300), said('Available', 900)];
    expect(evseStatus(connectors, said('Available', 900))).toMatchObject({ statusAt: 300 });
  });
});
