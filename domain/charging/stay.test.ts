import { describe, expect, it } from 'vitest';
import { chooseStay, plugInAt, type ConnectorHistory, type FormerStay } from './stay.ts';

const H = 3_600;
const stay = (more: Partial<FormerStay> = {}): FormerStay => ({
  sessionId: 'a',
  isOpen: false,
  isSameCard: true,
  isSameEvse: true,
  plugInAt: 100 * H,
  plugOutAt: 102 * H,
  isUnplugged: false,
  ...more,
});
const silent: ConnectorHistory = { status: null, statusAt: null, availableAt: null, connectedAt: 90 * H };
const freed: ConnectorHistory = {
  status: 'Preparing',
  statusAt: 103 * H,
  availableAt: 102 * H + 60,
  connectedAt: 90 * H,
};
const kept: ConnectorHistory = {
  status: 'Finishing',
  statusAt: 102 * H,
  availableAt: 99 * H,
  connectedAt: 90 * H,
};

describe('chooseStay', () => {
  it.each<
    [string, { startAt: number; former: FormerStay[]; connector: ConnectorHistory }, string | null]
  >([
    ['nothing before', { startAt: 103 * H, former: [], connector: silent }, null],
    ['the same card within 4 h', { startAt: 106 * H - 1, former: [stay()], connector: freed }, 'a'],
    [
      'the same card after exactly 4 h',
      { startAt: 106 * H, former: [stay()], connector: freed },
      null,
    ],
    [
      'the same card at another EVSE of the location',
      { startAt: 103 * H, former: [stay({ isSameEvse: false })], connector: silent },
      'a',
    ],
    [
      'the same card while its stay still charges elsewhere',
      {
        startAt: 103 * H,
        former: [stay({ isOpen: true, plugOutAt: null, isSameEvse: false })],
        connector: silent,
      },
      null,
    ],
    [
      'another card after the connector was free',
      { startAt: 103 * H, former: [stay({ isSameCard: false })], connector: freed },
      null,
    ],
    [
      'another card while the car never left',
      { startAt: 110 * H, former: [stay({ isSameCard: false })], connector: kept },
      'a',
    ],
    [
      'another card after the station was away: the first car may have left unseen',
      {
        startAt: 110 * H,
        former: [stay({ isSameCard: false })],
        connector: { ...kept, statusAt: 109 * H, connectedAt: 102 * H + 1 },
      },
      null,
    ],
    [
      'the same card within 4 h, though the station was away',
      { startAt: 103 * H, former: [stay()], connector: { ...kept, connectedAt: 102 * H + 1 } },
      'a',
    ],
    [
      'another card after the cable was drawn, whatever the connector failed to say',
      { startAt: 110 * H, former: [stay({ isSameCard: false, isUnplugged: true })], connector: kept },
      null,
    ],
    [
      'the same card the next day after the cable was drawn',
      { startAt: 126 * H, former: [stay({ isUnplugged: true })], connector: { ...kept, statusAt: 126 * H } },
      null,
    ],
    [
      'the same card within 4 h, plugged in again',
      { startAt: 103 * H, former: [stay({ isUnplugged: true })], connector: kept },
      'a',
    ],
    [
      'another card at another EVSE',
      {
        startAt: 103 * H,
        former: [stay({ isSameCard: false, isSameEvse: false })],
        connector: kept,
      },
      null,
    ],
    [
      'another card at a connector that says nothing',
      { startAt: 103 * H, former: [stay({ isSameCard: false })], connector: silent },
      null,
    ],
    [
      'a connector reported free a moment before the stop',
      {
        startAt: 103 * H,
        former: [stay({ isSameCard: false })],
        connector: { ...freed, availableAt: 102 * H - 30 },
      },
      null,
    ],
    [
      'a connector that is free now',
      {
        startAt: 103 * H,
        former: [stay({ isSameCard: false })],
        connector: { ...kept, status: 'Available' },
      },
      null,
    ],
    [
      'a start before the stay began',
      { startAt: 99 * H, former: [stay()], connector: silent },
      null,
    ],
    [
      'the stay that ended last',
      {
        startAt: 103 * H,
        former: [stay({ sessionId: 'old', plugOutAt: 101 * H }), stay()],
        connector: freed,
      },
      'a',
    ],
    [
      'the car that never left goes before the card',
      {
        startAt: 103 * H,
        former: [
          stay({ sessionId: 'card', isSameEvse: false, plugOutAt: 102.5 * H }),
          stay({ sessionId: 'car', isSameCard: false }),
        ],
        connector: kept,
      },
      'car',
    ],
  ])('%s', (_what, args, expected) => {
    expect(chooseStay(args)).toBe(expected);
  });
});

describe('plugInAt', () => {
  it.each<[string, ConnectorHistory, number]>([
    [
      'the report of a car before the start',
      { ...silent, status: 'Preparing', statusAt: 9_500 },
      9_500,
    ],
    ['Occupied of 2.0.1', { ...silent, status: 'Occupied', statusAt: 9_100 }, 9_100],
    ['not more than 15 min before', { ...silent, status: 'Preparing', statusAt: 9_099 }, 10_000],
    ['not a free connector', { ...silent, status: 'Available', statusAt: 9_900 }, 10_000],
    ['not after the start', { ...silent, status: 'Preparing', statusAt: 10_001 }, 10_000],
    ['silence', silent, 10_000],
  ])('%s', (_what, connector, expected) => {
    expect(plugInAt(10_000, connector, [])).toBe(expected);
  });

  it('not what was said of the car that charged here before', () => {
    const said = { ...silent, status: 'SuspendedEV', statusAt: 9_500 };
    const before = (plugOutAt: number) => stay({ plugInAt: 1_000, plugOutAt });
    expect(plugInAt(10_000, said, [before(9_700)])).toBe(10_000);
    expect(plugInAt(10_000, said, [before(9_400)])).toBe(9_500);
    expect(plugInAt(10_000, said, [{ ...before(9_700), isSameEvse: false }])).toBe(9_500);
  });
});
