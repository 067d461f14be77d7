import { energyFromPercent, readyByOf } from '#domain/charging/wish.ts';
import type { StayView } from '#domain/charging/stay-view.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { localDay } from '#domain/time/local-time.ts';
import type { MilliWh } from '#domain/units/energy.ts';
import { clockTime } from '../_client/format.ts';

export type EnergyDraft = {
  unit: 'KWH' | 'PERCENT';
  kwh: string;
  /** What the car has, said when the stay had delivered `atMilliWh`. */
  from: string;
  atMilliWh: MilliWh;
  to: string;
};
export type WishFacts = { view: StayView; now: InstantS; batteryWh: number | null };
export type WhenDraft = { time: string; day: number | null };
/**
 * Null: untouched, what is shown and saved is the wish in force, to the second and the milli-Wh. A time
 * guessed from the past is no wish: it is told beside the field, which stays empty.
 */
export type Draft = { when: WhenDraft | null; energy: EnergyDraft | null };

export const UNTOUCHED: Draft = { when: null, energy: null };

/** guessOf is when the driver's own past says the stay ends; null where there is a wish, or no guess. */
export function guessOf({ preference }: StayView): InstantS | null {
  return preference?.source === 'HISTORY' ? preference.readyByAt : null;
}

function saidOf({ preference }: StayView): InstantS | null {
  return preference === null || preference.source === 'HISTORY' ? null : preference.readyByAt;
}

function whenOf(view: StayView): WhenDraft {
  const { timeZone } = view;
  const at = saidOf(view);
  if (at === null) return { time: '', day: null };
  return { time: clockTime(at, timeZone), day: localDay(at, timeZone) };
}

function energyDraftOf({ preference, meter }: StayView): EnergyDraft {
  const energy = preference?.energyMilliWh ?? null;
  const soc = meter.socPermille;
  return {
    unit: 'KWH',
    kwh: energy === null ? '' : String(Math.round(energy / 100_000) / 10),
    from: soc === null ? '' : String(Math.round(soc / 10)),
    atMilliWh: meter.deliveredMilliWh,
    to: '80',
  };
}

/**
 * Milli-Wh of the draft, of the whole stay as every wish counts; null: nothing said; undefined: not
 * usable as typed.
 */
function energyOf(draft: EnergyDraft, batteryWh: number | null): number | null | undefined {
  if (draft.unit === 'PERCENT') {
    const toCome = energyFromPercent({
      batteryWh,
      fromPercent: Number(draft.from || 'x'),
      toPercent: Number(draft.to || 'x'),
    });
    return toCome === undefined ? undefined : draft.atMilliWh + toCome;
  }
  if (draft.kwh.trim() === '') return null;
  const value = Number(draft.kwh.replace(',', '.'));
  return Number.isFinite(value) && value >= 0 && value <= 400
    ? Math.round(value * 1_000_000)
    : undefined;
}

/**
 * wishOf is what the form would save: of a field nobody touched exactly the wish in force.
 * @returns `readyByAt`, `energy`: null says nothing, undefined cannot be used as it stands.
 */
export function wishOf({ view, now, batteryWh }: WishFacts, draft: Draft) {
  const { preference } = view;
  const when = draft.when ?? whenOf(view);
  const typed = when.time === '' ? null : (readyByOf(when, now, view.timeZone) ?? undefined);
  return {
    when,
    readyByAt: draft.when === null ? saidOf(view) : typed,
    energyDraft: draft.energy ?? energyDraftOf(view),
    energy:
      draft.energy === null
        ? (preference?.energyMilliWh ?? null)
        : energyOf(draft.energy, batteryWh),
  };
}
