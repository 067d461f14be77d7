import {
  emptyEnergy, energySteps, observeEnergy, type EnergyHistory,
} from '../departure/energy.ts';
import type { InstantS } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import { EndedStays } from './ended-stays.ts';
import type { BacktestStay } from './stay.ts';

type Ended = { plugOutAt: InstantS; driver: string; station: string; energyMilliWh: MilliWh };

/**
 * What would have been known of energies at each plug-in, as LearnedDepartures is of lengths. What a
 * record says was taken is taken as all the car wanted.
 */
export class LearnedEnergy {
  readonly #drivers = new Map<string, readonly number[]>();
  readonly #stations = new Map<string, readonly number[]>();
  #everybody: readonly number[] = emptyEnergy().everybody;
  readonly #going = new EndedStays<Ended>();

  /** stepsOf is the chance that the stay takes more than 0…100 kWh, as known at its plug-in. */
  stepsOf(stay: BacktestStay): number[] {
    for (const ended of this.#going.endedBy(stay.plugInAt)) this.#observe(ended);
    return energySteps(this.#historyOf(stay));
  }

  /** learn keeps a stay until it has ended. */
  learn({ plugOutAt, driver, station, energyMilliWh }: BacktestStay): void {
    this.#going.begin({ plugOutAt, driver, station, energyMilliWh });
  }

  #observe(ended: Ended): void {
    const { driver, station, energyMilliWh } = ended;
    const history = observeEnergy(this.#historyOf(ended), { energyMilliWh, isCut: false });
    this.#everybody = history.everybody;
    // A record without names counts for everybody only.
    if (station !== '') this.#stations.set(station, history.station);
    if (driver !== '') this.#drivers.set(driver, history.driver);
  }

  #historyOf({ driver, station }: { driver: string; station: string }): EnergyHistory {
    const nobody = emptyEnergy();
    return {
      everybody: this.#everybody,
      station: this.#stations.get(station) ?? nobody.station,
      driver: this.#drivers.get(driver) ?? nobody.driver,
    };
  }
}
