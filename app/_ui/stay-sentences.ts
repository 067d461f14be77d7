import type { Readiness, Why } from '#domain/charging/explain.ts';
import type { MoneyView, StayView } from '#domain/charging/stay-view.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { duration, kwh, percent, pricePerKwh, whenTime } from '../_client/format.ts';
import { words } from './words.ts';

/** What a sentence needs besides its values: the moment and the site's zone. */
export type Telling = { now: InstantS; zone: string };

const JUST_IN_TIME_MINUTES = 2;

/** readySentence says whether it will be ready. */
export function readySentence(ready: Readiness, { now, zone }: Telling): string {
  const when = (at: InstantS) => whenTime(at, now, zone);
  const w = words.ready;
  switch (ready.key) {
    case 'PLANNING':
      return w.PLANNING;
    case 'UNPLUGGED':
      return w.UNPLUGGED(kwh(ready.energyMilliWh), when(ready.at));
    case 'READY':
      return w.READY(kwh(ready.energyMilliWh));
    case 'IN_TIME':
      if (ready.spareMinutes < JUST_IN_TIME_MINUTES) return w.JUST_IN_TIME(when(ready.at));
      return w.IN_TIME(when(ready.at), duration(ready.spareMinutes * 60));
    case 'LATE':
      return w.LATE(when(ready.at), duration(ready.lateMinutes * 60));
    case 'SHORT':
      return w.SHORT[ready.reason ?? 'UNKNOWN'](
        kwh(ready.missingMilliWh),
        when(ready.byAt),
      );
    case 'PASSED': {
      const missing = kwh(ready.missingMilliWh);
      return ready.doneAt === null
        ? w.PASSED(when(ready.byAt), missing)
        : w.PASSED_UNTIL(when(ready.byAt), missing, when(ready.doneAt));
    }
    case 'ABOUT':
      return (ready.known ? w.ABOUT : w.GUESS)(kwh(ready.energyMilliWh), when(ready.at));
  }
}

/** whySentence says why it is charging or not, with the next change where one is planned. */
export function whySentence(why: Why, { now, zone }: Telling): string {
  const when = (at: InstantS) => whenTime(at, now, zone);
  const w = words.why;
  switch (why.key) {
    case 'STATION_AWAY':
      return why.lastSeenAt === null
        ? w.STATION_AWAY_UNKNOWN
        : w.STATION_AWAY(when(why.lastSeenAt));
    case 'CHARGING_NOW':
      return why.untilAt === null ? w.CHARGING_NOW : w.CHARGING_NOW_UNTIL(when(why.untilAt));
    case 'CHARGING':
      return why.untilAt === null ? w.CHARGING : w.CHARGING_UNTIL(when(why.untilAt));
    case 'CHARGING_FIRST':
      return w.CHARGING_FIRST(when(why.untilAt));
    case 'WAITING':
      if (why.nextAt === null) return w.WAITING;
      if (why.nowTicks === null || why.thenTicks === null || why.thenTicks >= why.nowTicks) {
        return w.WAITING_UNTIL(when(why.nextAt));
      }
      return w.WAITING_PRICES(
        when(why.nextAt),
        pricePerKwh(why.nowTicks),
        pricePerKwh(why.thenTicks),
      );
    default:
      return w[why.key];
  }
}

/** moneyLabel names the amount: expected and final are never the same word. */
export function moneyLabel(money: MoneyView): string {
  switch (money.kind) {
    case 'FINAL':
      return words.money.FINAL;
    case 'EXPECTED':
      return money.cashbackMicro === null ? words.money.UNKNOWN : words.money.EXPECTED;
    case 'SETTLING':
      return words.money.SETTLING;
    case 'WAITING_PRICES':
    case 'REVIEW':
      return words.money.UNKNOWN;
  }
}

/** moneyHint says what stands behind the amount. */
export function moneyHint(money: MoneyView): string {
  switch (money.kind) {
    case 'FINAL':
      return money.revision !== null && money.revision > 0
        ? words.money.corrected(String(money.revision))
        : words.money.finalHint;
    case 'WAITING_PRICES':
      return words.money.WAITING_PRICES;
    case 'REVIEW':
      return words.money.REVIEW;
    case 'EXPECTED':
    case 'SETTLING':
      return words.money.expectedHint;
  }
}

/** sharesSentence tells every party's share, Valley's own included; null where nothing is shared. */
export function sharesSentence({ shares }: StayView): string | null {
  const share = (basisPoints: number) => percent(basisPoints / 100);
  if (shares.shareBp === 0) return null;
  return words.money.shares(share(shares.shareBp), {
    driver: share(shares.driverBp),
    msp: share(shares.mspBp),
    cpo: share(shares.cpoBp),
    platform: share(shares.platformBp),
  });
}

/** steeredSentence tells how long Valley held the charging, and that it never counts for an idle fee. */
export function steeredSentence({ state, steeredSeconds }: StayView): string | null {
  if (steeredSeconds > 0) return words.stay.steered(duration(steeredSeconds));
  return state === 'OPEN' ? words.stay.steeredNever : null;
}

/** After this long without a meter value in an open stay, its age is shown. */
const STALE_S = 300;

/** ageSentence tells how old the last meter value is, null while it is fresh or the stay is over. */
export function ageSentence(view: StayView, now: InstantS): string | null {
  if (view.state === 'CLOSED') return null;
  if (view.meter.measuredAt === null) return words.stay.noMeter;
  const age = now - view.meter.measuredAt;
  return age < STALE_S ? null : words.stay.age(duration(age));
}
