import type { InstantS } from '#domain/time/instant.ts';
import { clientWords as w } from './client-words.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(
  zone: string,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${zone} ${name}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(w.locale, { ...options, timeZone: zone });
  formats.set(key, made);
  return made;
}

/** `06:40` in the site's zone. */
export function clockTime(at: InstantS, zone: string): string {
  return format(zone, 'time', { hour: '2-digit', minute: '2-digit' }).format(at * 1000);
}

/** `Mon 23 Nov` in the site's zone. */
export function dayName(at: InstantS, zone: string): string {
  const options = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  return format(zone, 'day', options)
    .format(at * 1000)
    .replace(',', '');
}

/** `23 Nov 2026, 18:05` in the site's zone. */
export function dateTime(at: InstantS, zone: string): string {
  const options = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  return format(zone, 'full', options).format(at * 1000);
}

/** The time, with `tomorrow` or the day where it is not today's. */
export function whenTime(at: InstantS, now: InstantS, zone: string): string {
  const day = dayName(at, zone);
  const time = clockTime(at, zone);
  if (day === dayName(now, zone)) return time;
  return day === dayName(now + 86_400, zone) ? w.tomorrow(time) : w.onDay(day, time);
}

/** `14.2 kWh`; `kwh(…, 3)` to the Wh. */
export function kwh(energyMilliWh: number, digits = 1): string {
  return w.kwh((energyMilliWh / 1_000_000).toFixed(digits));
}

/** `7.4 kW` */
export function kw(powerW: number): string {
  return w.kw((powerW / 1000).toFixed(1));
}

/** Ticks of EUR 0.01/MWh as `8.5 ct/kWh`; an unknown price says so and is never 0. */
export function pricePerKwh(ticks: number | null): string {
  if (ticks === null) return w.priceUnknown;
  return w.centsPerKwh((ticks / 1000).toFixed(1).replace('-', '−'));
}

/** Micro-euro per kWh (as text) as `42.5 ct/kWh`. */
export function centsPerKwh(micro: string): string {
  return w.centsPerKwh(centsOf(micro));
}

/** Micro-euro (as text) as `42.5 ct`, not rounded. */
export function cents(micro: string): string {
  return w.cents(centsOf(micro));
}

function centsOf(micro: string): string {
  return String(Number(micro) / 10_000);
}

/** `12.5 %`; without `digits` as many of the first two decimals as it takes. */
export function percent(value: number, digits?: number): string {
  return w.percent(digits === undefined ? String(Math.round(value * 100) / 100) : value.toFixed(digits));
}

function signed(magnitude: string, isNegative: boolean): string {
  return isNegative ? w.minusEuro(magnitude) : w.euro(magnitude);
}

/** Micro-euro (as text) as `€1.23`, rounded to the cent; unknown says so and is never 0. */
export function eur(micro: string | null): string {
  if (micro === null) return w.amountUnknown;
  const euros = Number(micro) / 1_000_000;
  return signed(Math.abs(euros).toFixed(2), euros < 0);
}

/** Micro-euro to the micro-euro: `€1.234567`. */
export function eurFull(micro: string): string {
  const value = BigInt(micro);
  const magnitude = (value < 0n ? -value : value).toString().padStart(7, '0');
  return signed(`${magnitude.slice(0, -6)}.${magnitude.slice(-6)}`, value < 0n);
}

/** EUR 10⁻¹¹ (as text) with `digits` decimals, cut off: `€1.234567`. */
export function eurExact(exact: string, digits: number): string {
  const value = BigInt(exact);
  const magnitude = (value < 0n ? -value : value).toString().padStart(12, '0');
  const text = `${magnitude.slice(0, -11)}.${magnitude.slice(-11).slice(0, digits)}`;
  return signed(text, value < 0n);
}

/** `2 h 05 min`, `2 h`, `12 min`, `40 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return w.seconds(String(whole));
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return w.minutes(String(minutes));
  const hours = String(Math.floor(minutes / 60));
  if (minutes % 60 === 0) return w.hours(hours);
  return w.hoursAndMinutes(hours, String(minutes % 60).padStart(2, '0'));
}
