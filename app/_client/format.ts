import type { InstantS } from '#domain/time/instant.ts';

const LOCALE = 'en-GB';
const formats = new Map<string, Intl.DateTimeFormat>();

function format(
  zone: string,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${zone} ${name}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: zone });
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
  return day === dayName(now + 86_400, zone) ? `tomorrow ${time}` : `${day}, ${time}`;
}

/** `14.2 kWh`; `kwh(…, 3)` to the Wh. */
export function kwh(energyMilliWh: number, digits = 1): string {
  return `${(energyMilliWh / 1_000_000).toFixed(digits)} kWh`;
}

/** `7.4 kW` */
export function kw(powerW: number): string {
  return `${(powerW / 1000).toFixed(1)} kW`;
}

/** Ticks of EUR 0.01/MWh as `8.5 ct/kWh`; an unknown price says so and is never 0. */
export function pricePerKwh(ticks: number | null): string {
  return ticks === null ? 'price unknown' : `${(ticks / 1000).toFixed(1).replace('-', '−')} ct/kWh`;
}

/** Micro-euro per kWh (as text) as `42.5 ct/kWh`. */
export function centsPerKwh(micro: string): string {
  return `${Number(micro) / 10_000} ct/kWh`;
}

/** Micro-euro (as text) as `€1.23`, rounded to the cent; unknown says so and is never 0. */
export function eur(micro: string | null): string {
  if (micro === null) return 'unknown';
  const euros = Number(micro) / 1_000_000;
  return `${euros < 0 ? '−' : ''}€${Math.abs(euros).toFixed(2)}`;
}

/** Micro-euro to the micro-euro: `€1.234567`. */
export function eurFull(micro: string): string {
  const value = BigInt(micro);
  const magnitude = (value < 0n ? -value : value).toString().padStart(7, '0');
  return `${value < 0n ? '−' : ''}€${magnitude.slice(0, -6)}.${magnitude.slice(-6)}`;
}

/** EUR 10⁻¹¹ (as text) with `digits` decimals, cut off: `€1.234567`. */
export function eurExact(exact: string, digits: number): string {
  const value = BigInt(exact);
  const magnitude = (value < 0n ? -value : value).toString().padStart(12, '0');
  const text = `${magnitude.slice(0, -11)}.${magnitude.slice(-11).slice(0, digits)}`;
  return `${value < 0n ? '−' : ''}€${text}`;
}

/** `2 h 05 min`, `2 h`, `12 min`, `40 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0
    ? `${hours} h`
    : `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
}
