import { DRAWING_W, isDone } from '#domain/charging/explain.ts';
import { measuredSpans, mergeSpans } from '#domain/charging/measured-curve.ts';
import { plausibleReadings } from '#domain/charging/readings.ts';
import type { RegisterReading } from '#domain/charging/readings.ts';
import type { MeterView, PowerSpan } from '#domain/charging/stay-view.ts';
import { steeredSeconds } from '#domain/charging/steered.ts';
import type { Plan } from '#domain/planning/plan.ts';
import { profilesInForce } from '#domain/settlement/profiles-in-force.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { InstantS } from '#domain/time/instant.ts';
import type { MeterRow, ReadingRow, StayRow } from './session-view.store.ts';

/** What the meter rows of a stay say once what cannot be true is left out. */
export type MeteredStay = {
  deliveredMilliWh: number;
  /** Mean power between believable registers, one transaction after the other. */
  measured: PowerSpan[];
};

export function secondsOf(iso: string): InstantS {
  return Math.floor(Date.parse(iso) / 1000);
}

/**
 * meteredStay believes those registers that can be true together, as planning and settlement do: a
 * slip of a unit must not show a driver energy that never flowed.
 */
export function meteredStay(stay: StayRow, registers: readonly ReadingRow[]): MeteredStay {
  let deliveredMilliWh = 0;
  const measured: PowerSpan[] = [];
  for (const transaction of stay.transactions) {
    const readings = registers
      .filter((row) => row.transaction_id === transaction.id)
      .map((row) => reading(secondsFromDate(row.measured_at), Number(row.register_milli_wh)));
    readings.push(reading(secondsOf(transaction.startedAt), transaction.startMilliWh));
    if (transaction.stoppedAt !== null && transaction.stopMilliWh !== null) {
      readings.push(reading(secondsOf(transaction.stoppedAt), transaction.stopMilliWh));
    }
    const accepted = believable(readings, stay.max_power_w);
    const first = accepted[0]?.registerMilliWh ?? 0;
    deliveredMilliWh += (accepted.at(-1)?.registerMilliWh ?? first) - first;
    measured.push(...measuredSpans(accepted));
  }
  return { deliveredMilliWh, measured: mergeSpans(measured) };
}

/** Arrival is not asked about here: what a late clock does to a register is settlement's business. */
function reading(at: InstantS, registerMilliWh: number): RegisterReading {
  return { at, receivedAt: at, registerMilliWh, powerW: null };
}

function believable(readings: readonly RegisterReading[], ratedPowerW: number): RegisterReading[] {
  return plausibleReadings({ readings, ratedPowerW, clockToleranceS: 0 }).accepted;
}

/** meterFrom is the meter's newest word. @param rows the newest readings, newest first. */
export function meterFrom(
  stay: StayRow,
  rows: readonly MeterRow[],
  { deliveredMilliWh }: MeteredStay,
): MeterView {
  const [newest] = rows;
  const open = stay.transactions.some(({ stoppedAt }) => stoppedAt === null);
  const powerW = open ? currentPowerW(stay, rows) : 0;
  return {
    deliveredMilliWh,
    powerW: newest === undefined ? null : powerW,
    measuredAt: newest === undefined ? null : secondsFromDate(newest.measured_at),
    socPermille: rows.find((row) => row.soc_permille !== null)?.soc_permille ?? null,
    charging: (powerW ?? 0) >= DRAWING_W,
  };
}

/** Metered power where the station sends it, else the register's slope between its last two values. */
function currentPowerW(stay: StayRow, rows: readonly MeterRow[]): number | null {
  const [newest] = rows;
  if (newest === undefined) return null;
  if (newest.power_w !== null) return newest.power_w;
  const readings = rows.flatMap(({ measured_at, register_milli_wh, transaction_id }) =>
    register_milli_wh === null || transaction_id !== newest.transaction_id
      ? []
      : [reading(secondsFromDate(measured_at), Number(register_milli_wh))],
  );
  return measuredSpans(believable(readings, stay.max_power_w)).at(-1)?.powerW ?? null;
}

/** steeredOf is the receipt's figure once there is one, and the sum so far before. */
export function steeredOf(stay: StayRow, { deliveredMilliWh, measured }: MeteredStay): number {
  const settled = (stay.settled_result as { steeredSeconds?: unknown } | null)?.steeredSeconds;
  if (typeof settled === 'number') return settled;
  const plan = stay.plan as Plan | null;
  const stopsAt = stay.transactions.flatMap(({ stoppedAt }) =>
    stoppedAt === null ? [] : [secondsOf(stoppedAt)],
  );
  return steeredSeconds({
    limits: profilesInForce({ accepted: stay.profiles, stopsAt, phases: stay.phases === 1 ? 1 : 3 }),
    measured,
    isDone: plan !== null && isDone(plan, deliveredMilliWh),
  });
}
