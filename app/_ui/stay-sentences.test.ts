import { describe, expect, it } from 'vitest';
import { explainReady, explainWhy } from '#domain/charging/explain.ts';
import { HOUR, PLUG_IN, planView, stayView } from '#domain/charging/view.test-support.ts';
import { ageSentence, moneyLabel, readySentence, whySentence } from './stay-sentences.ts';

const now = PLUG_IN + 2 * HOUR;
const telling = { now, zone: 'Europe/Amsterdam' };

describe('sentences of a stay', () => {
  it('tell when it is ready and how much time is to spare', () => {
    expect(readySentence(explainReady(stayView()), telling)).toBe('Ready tomorrow 04:00, 3 h to spare.');
  });
  it('tell what will be missing and why', () => {
    const plan = planView({ unservedMilliWh: 5_400_000, unservedReason: 'LIMIT_TOO_LOW' });
    expect(readySentence(explainReady(stayView({ plan })), telling))
      .toBe('5.4 kWh will be missing by tomorrow 07:00: the site has too little power to share.');
  });
  it('tell that charging goes on once the asked time has passed', () => {
    const late = PLUG_IN + 13 * HOUR + 60;
    const at = { ...telling, now: late };
    expect(readySentence(explainReady(stayView(), late), at))
      .toBe('07:00 has passed with 22.0 kWh to go. Charging goes on until you unplug.');
    const plan = planView({ mode: 'TAIL', readyAt: late + HOUR });
    expect(readySentence(explainReady(stayView({ plan }), late), at))
      .toBe('07:00 has passed with 22.0 kWh to go. Charging goes on at full power, done about 08:01.');
  });
  it('name both prices only where both are known', () => {
    const view = stayView();
    expect(whySentence(explainWhy(view, now), telling)).toBe('Waiting for cheaper hours. Charging starts tomorrow 02:00.');
    const prices = [
      { startAt: now, seconds: 900, priceTicks: 15_700, kind: 'published' as const },
      { startAt: PLUG_IN + 8 * HOUR, seconds: 900, priceTicks: 8_200, kind: 'published' as const },
    ];
    const known = stayView({ curve: { ...view.curve, prices } });
    expect(whySentence(explainWhy(known, now), telling))
      .toBe('Waiting for cheaper hours: 15.7 ct/kWh now, 8.2 ct/kWh from tomorrow 02:00 on.');
  });
  it('never call an expected amount final', () => {
    expect(moneyLabel({ kind: 'EXPECTED', cashbackMicro: '1', revision: null })).toBe('Expected cashback');
    expect(moneyLabel({ kind: 'FINAL', cashbackMicro: '1', revision: 0 })).toBe('Final cashback');
    expect(moneyLabel({ kind: 'EXPECTED', cashbackMicro: null, revision: null })).toBe('Cashback not known yet');
  });
  it('tell the age of a stale meter value only', () => {
    expect(ageSentence(stayView(), now)).toBeNull();
    expect(ageSentence(stayView(), now + 720)).toBe('Last meter value 12 min ago.');
    const meter = { ...stayView().meter, measuredAt: null };
    expect(ageSentence(stayView({ meter }), now)).toBe('No meter value yet.');
  });
});
