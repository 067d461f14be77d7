import { z } from 'zod';
import { movedBy, WallClock } from '../planning/backtest/wall-clock.ts';
import { secondsFromIso, type InstantS } from '../time/instant.ts';
import { MILLI_WH_PER_KWH } from '../units/energy.ts';

/** One recorded stay of a session file. */
export type RecordedStay = {
  id: string;
  stationId: string;
  evseId: number;
  card: string;
  plugInAt: InstantS;
  plugOutAt: InstantS;
  energyMilliWh: number;
  powerW: number;
};

/** Ids as OCPP and a station's address carry them. */
const rowSchema = z.object({
  session_id: z.string().min(1),
  charge_point: z.string().min(1).max(48),
  connector: z.coerce.number().int().min(1).max(9),
  card: z.string().min(1).max(20),
  plug_in_utc: z.iso.datetime(),
  plug_out_utc: z.iso.datetime(),
  energy_kwh: z.coerce.number().positive(),
  max_power_kw: z.coerce.number().positive(),
});

/**
 * recordedStays reads the rows of a session file, by column name: session_id, charge_point, connector,
 * card, plug_in_utc, plug_out_utc, energy_kwh, max_power_kw; more columns do no harm.
 * @throws RangeError that names the line (the first row is on line 2) and the column.
 */
export function recordedStays(rows: readonly unknown[]): RecordedStay[] {
  return rows.map((row, index) => {
    const checked = rowSchema.safeParse(row);
    if (checked.success) return stayOf(checked.data);
    const [issue] = checked.error.issues;
    const column = String(issue?.path[0] ?? 'row');
    throw new RangeError(`line ${index + 2}: ${column}: ${issue?.message ?? 'invalid'}`);
  });
}

function stayOf(row: z.infer<typeof rowSchema>): RecordedStay {
  return {
    id: row.session_id,
    stationId: row.charge_point,
    evseId: row.connector,
    card: row.card,
    plugInAt: secondsFromIso(row.plug_in_utc),
    plugOutAt: secondsFromIso(row.plug_out_utc),
    energyMilliWh: Math.round(row.energy_kwh * MILLI_WH_PER_KWH),
    powerW: Math.round(row.max_power_kw * 1000),
  };
}

/** moveStays moves stays by whole days on the wall clock of `zone`: local hours and lengths remain. */
export function moveStays(
  stays: readonly RecordedStay[],
  days: number,
  zone: string,
): RecordedStay[] {
  const clock = new WallClock(zone);
  return stays.map((stay) => {
    const plugInAt = movedBy(stay.plugInAt, days, { from: clock, to: clock });
    return { ...stay, plugInAt, plugOutAt: plugInAt + stay.plugOutAt - stay.plugInAt };
  });
}
