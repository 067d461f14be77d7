import { describe, expect, it } from 'vitest';
import { plausibleReadings, type RegisterReading } from './readings.ts';

const START_AT = 1_772_409_600;

/** A reading `minute` minutes after the start with a register in Wh, one second on its way. */
function reading(minute: number, registerWh: number, delayS = 1): RegisterReading {
  const at = START_AT + minute * 60;
  return { at, receivedAt: at + delayS, registerMilliWh: registerWh * 1_000, powerW: null };
}

function check(readings: RegisterReading[], anchorsAt: number[] = []) {
  const result = plausibleReadings({
    readings,
    ratedPowerW: 11_000,
    clockToleranceS: 60,
    anchorsAt,
  });
  return {
    acceptedWh: result.accepted.map((r) => r.registerMilliWh / 1_000),
    flagged: result.flagged.map((f) => [f.kind, f.reading.registerMilliWh / 1_000]),
  };
}

describe('plausible readings', () => {
  it('accepts a steady register and flags nothing', () => {
    const steady = [reading(0, 1_000), reading(1, 1_180), reading(2, 1_360)];
    const { acceptedWh, flagged } = check(steady);
    expect(acceptedWh).toEqual([1_000, 1_180, 1_360]);
    expect(flagged).toEqual([]);
  });

  it('sorts by device time and drops copies without a flag', () => {
    const { acceptedWh, flagged } = check([
      reading(2, 1_360),
      reading(0, 1_000),
      reading(1, 1_180),
      reading(1, 1_180, 30),
    ]);
    expect(acceptedWh).toEqual([1_000, 1_180, 1_360]);
    expect(flagged).toEqual([]);
  });

  it('flags kWh labelled Wh as backwards and keeps the readings after it', () => {
    const { acceptedWh, flagged } = check([reading(0, 1_000), reading(1, 1.18), reading(2, 1_360)]);
    expect(acceptedWh).toEqual([1_000, 1_360]);
    expect(flagged).toEqual([['BACKWARDS', 1.18]]);
  });

  it('flags a register that outruns the connector and keeps the readings after it', () => {
    const { acceptedWh, flagged } = check([
      reading(0, 1_000),
      reading(1, 1_180_000),
      reading(2, 1_360),
      reading(3, 1_540),
    ]);
    expect(acceptedWh).toEqual([1_000, 1_360, 1_540]);
    expect(flagged).toEqual([['TOO_FAST', 1_180_000]]);
  });

  it('allows 1.1 times the rated power and not more', () => {
    const tenMinutesAtRated = 11_000 / 6;
    const within = Math.floor(tenMinutesAtRated * 1.1);
    const beyond = Math.ceil(tenMinutesAtRated * 1.11);
    expect(check([reading(0, 0), reading(10, within)]).flagged).toEqual([]);
    expect(check([reading(0, 0), reading(10, beyond), reading(20, 1_000)]).flagged).toEqual([
      ['TOO_FAST', beyond],
    ]);
  });

  it('after a register reset settles on the longer run only', () => {
    const { acceptedWh, flagged } = check([
      reading(0, 1_000),
      reading(1, 1_180),
      reading(2, 1_360),
      reading(3, 20),
      reading(4, 200),
    ]);
    expect(acceptedWh).toEqual([1_000, 1_180, 1_360]);
    expect(flagged.map(([kind]) => kind)).toEqual(['BACKWARDS', 'BACKWARDS']);
  });

  it('levels a step back of less than 1 Wh: a stop in whole Wh after samples with decimals', () => {
    const readings = [reading(0, 1_000), reading(1, 1_180.7), reading(2, 1_180)];
    const { acceptedWh, flagged } = check(readings);
    expect(acceptedWh).toEqual([1_000, 1_180.7, 1_180.7]);
    expect(flagged).toEqual([]);
  });

  it('of two registers in one second keeps the one that fits and names the other', () => {
    const { acceptedWh, flagged } = check([
      reading(0, 1_000),
      reading(1, 900),
      reading(1, 1_180),
      reading(2, 1_360),
    ]);
    expect(acceptedWh).toEqual([1_000, 1_180, 1_360]);
    expect(flagged).toEqual([['CONFLICT', 900]]);
  });

  it('accepts queued readings between two prompt ones', () => {
    const queued = reading(1, 1_180, 7_200);
    expect(check([reading(0, 1_000), queued, reading(2, 1_360)]).flagged).toEqual([]);
  });

  it('flags queued readings after the last prompt one, unless another message vouches', () => {
    const queued = reading(2, 1_360, 7_200);
    const readings = [reading(0, 1_000), reading(1, 1_180), queued];
    expect(check(readings).flagged).toEqual([['CLOCK', 1_360]]);
    expect(check(readings, [queued.at + 7_200]).flagged).toEqual([]);
  });

  it('flags a device clock ahead of arrival: nothing is queued before it happens', () => {
    const ahead = reading(2, 1_360, -3_600);
    const { flagged } = check([reading(0, 1_000), ahead, reading(200, 1_540)]);
    expect(flagged).toEqual([['CLOCK', 1_360]]);
  });

  it('takes the promptest copy as the evidence of the clock', () => {
    const copies = [reading(2, 1_360, 604_800), reading(2, 1_360)];
    expect(check([reading(0, 1_000), ...copies]).flagged).toEqual([]);
  });
});
