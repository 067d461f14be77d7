import { z } from 'zod';
import { emptyEnergy, ENERGY_STEPS, type EnergyHistory } from './energy.ts';
import { emptyHistory, ERROR_STEPS, STEPS, type DepartureHistory } from './counts.ts';

const counts = (length: number) => z.array(z.number().nonnegative()).length(length);
const stays = z.record(z.string(), counts(STEPS + 1));
const said = z.object({ errors: counts(ERROR_STEPS), score: z.number() });

const everybodySchema = z.object({ stays, said });
const driverSchema = z.object({
  stays,
  clock: z.object({ workday: counts(STEPS), freeDay: counts(STEPS) }),
  scores: z.tuple([z.number(), z.number(), z.number()]),
  said,
});

/**
 * historyOf reads stored counts; what is absent or from another time's format counts for nothing, so
 * that planning never stops at it.
 */
export function historyOf(stored: {
  everybody: unknown;
  station: unknown;
  driver: unknown;
}): DepartureHistory {
  const empty = emptyHistory();
  return {
    everybody: everybodySchema.safeParse(stored.everybody).data ?? empty.everybody,
    station: stays.safeParse(stored.station).data ?? empty.station,
    driver: driverSchema.safeParse(stored.driver).data ?? empty.driver,
  };
}

const energy = counts(ENERGY_STEPS + 1);

/** energyHistoryOf reads stored counts of energy, as historyOf does those of lengths. */
export function energyHistoryOf(stored: Record<keyof EnergyHistory, unknown>): EnergyHistory {
  const empty = emptyEnergy();
  return {
    everybody: energy.safeParse(stored.everybody).data ?? empty.everybody,
    station: energy.safeParse(stored.station).data ?? empty.station,
    driver: energy.safeParse(stored.driver).data ?? empty.driver,
  };
}
