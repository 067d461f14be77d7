import {
  emptyDriver,
  emptyHistory,
  type Arrival,
  type DepartureHistory,
  type DriverCounts,
  type ObservedStay,
  type StayCounts,
} from '../departure/counts.ts';
import { observeDeparture, stayCurve, type StayCurve } from '../departure/survival.ts';
import { DAY_S, HOUR_S, type InstantS } from '../../time/instant.ts';
import { EndedStays } from './ended-stays.ts';
import type { BacktestStay } from './stay.ts';
import type { WallClock } from './wall-clock.ts';

/** From this hour on the day that counts for the departure is the next one. */
const EVENING_H = 16;
const WEEK_DAYS = 7;
/** 1 January 1970 was a Thursday: Saturday and Sunday are days 2 and 3 after it. */
const FREE_DAYS = new Set([2, 3]);

type Ended = { plugOutAt: InstantS; driver: string; station: string; stay: ObservedStay };

/**
 * What would have been known of departures at each plug-in: counts of the stays that had ended by
 * then, of the driver, the station and everybody. Memory grows with drivers and stations.
 */
export class LearnedDepartures {
  readonly #clock: WallClock;
  readonly #drivers = new Map<string, DriverCounts>();
  readonly #stations = new Map<string, StayCounts>();
  #everybody: DepartureHistory['everybody'] = emptyHistory().everybody;
  readonly #going = new EndedStays<Ended>();

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** curveOf is the chance to be connected at each age of the stay, as known at its plug-in. */
  curveOf(stay: BacktestStay): StayCurve {
    this.#observeUntil(stay.plugInAt);
    const history = this.#historyOf(stay.driver, stay.station);
    return stayCurve(history, this.#arrivalOf(stay), declaredLength(stay));
  }

  /** learn keeps a stay until it has ended. */
  learn(stay: BacktestStay): void {
    const { plugInAt, plugOutAt, driver, station } = stay;
    const observed: ObservedStay = {
      arrival: this.#arrivalOf(stay),
      connectedS: plugOutAt - plugInAt,
      declaredS: declaredLength(stay),
    };
    this.#going.begin({ plugOutAt, driver, station, stay: observed });
  }

  #observeUntil(now: InstantS): void {
    for (const { driver, station, stay } of this.#going.endedBy(now)) {
      const history = observeDeparture(this.#historyOf(driver, station), stay);
      this.#everybody = history.everybody;
      // A record without names counts for everybody only.
      if (station !== '') this.#stations.set(station, history.station);
      if (driver !== '') this.#drivers.set(driver, history.driver);
    }
  }

  #historyOf(driver: string, station: string): DepartureHistory {
    return {
      everybody: this.#everybody,
      station: this.#stations.get(station) ?? {},
      driver: this.#drivers.get(driver) ?? emptyDriver(),
    };
  }

  #arrivalOf(stay: BacktestStay): Arrival {
    const wallS = this.#clock.wallS(stay.plugInAt);
    const today = Math.floor(wallS / DAY_S);
    const localS = wallS - today * DAY_S;
    const day = localS >= EVENING_H * HOUR_S ? today + 1 : today;
    return { localMinute: localS / 60, isWorkday: !FREE_DAYS.has(day % WEEK_DAYS) };
  }
}

/** Only what was said within a quarter of an hour of plug-in is known to the first plan. */
function declaredLength(stay: BacktestStay): number | null {
  const { declared, plugInAt } = stay;
  if (declared === null || declared.saidAt > plugInAt + HOUR_S / 4) return null;
  const lengthS = declared.departureAt - plugInAt;
  return lengthS > 0 ? lengthS : null;
}
