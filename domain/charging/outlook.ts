import type { InstantS } from '../time/instant.ts';
import { instantOfDay, localDay, MINUTE_S } from '../time/local-time.ts';
import type { PricePoint } from './stay-view.ts';

/** When a car plugged in now would charge, as far as prices are published. */
export type Outlook =
  | { key: 'CHEAPEST'; untilAt: InstantS; spans: { fromAt: InstantS; toAt: InstantS }[] }
  | { key: 'UNKNOWN' };

/** What a usual stay needs: about 30 kWh at 11 kW. */
const NEEDED_S = 3 * 3_600;
const MORNING_MINUTES = 7 * 60;
/** More stretches than this nobody reads at the kerb. */
const SPANS_MAX = 3;

/**
 * outlookAt names the cheapest three hours until the next 07:00 where the charging point stands, by
 * published prices only: a gap within them makes the answer unknown, never a guess.
 */
export function outlookAt(prices: readonly PricePoint[], now: InstantS, zone: string): Outlook {
  const untilAt = nextMorning(now, zone);
  const ahead = prices
    .filter(({ kind }) => kind === 'published')
    .map(({ startAt, seconds, priceTicks }) => ({
      fromAt: Math.max(startAt, now),
      toAt: Math.min(startAt + seconds, untilAt),
      priceTicks,
    }))
    .filter(({ fromAt, toAt }) => fromAt < toAt);
  const known = ahead.reduce((sum, { fromAt, toAt }) => sum + toAt - fromAt, 0);
  if (known < untilAt - now) return { key: 'UNKNOWN' };
  const chosen: { fromAt: InstantS; toAt: InstantS }[] = [];
  let left = Math.min(NEEDED_S, known);
  for (const slot of ahead.toSorted((a, b) => a.priceTicks - b.priceTicks || a.fromAt - b.fromAt)) {
    if (left <= 0) break;
    chosen.push({ fromAt: slot.fromAt, toAt: slot.toAt });
    left -= slot.toAt - slot.fromAt;
  }
  return { key: 'CHEAPEST', untilAt, spans: longest(joined(chosen)) };
}

function nextMorning(now: InstantS, zone: string): InstantS {
  const today = localDay(now, zone);
  const at = (day: number) => instantOfDay({ day, minutes: MORNING_MINUTES, zone });
  return at(today) > now + MINUTE_S ? at(today) : at(today + 1);
}

function joined(spans: readonly { fromAt: InstantS; toAt: InstantS }[]) {
  const out: { fromAt: InstantS; toAt: InstantS }[] = [];
  for (const span of spans.toSorted((a, b) => a.fromAt - b.fromAt)) {
    const last = out.at(-1);
    if (last !== undefined && last.toAt === span.fromAt) last.toAt = span.toAt;
    else out.push({ ...span });
  }
  return out;
}

function longest(spans: { fromAt: InstantS; toAt: InstantS }[]) {
  return spans
    .toSorted((a, b) => b.toAt - b.fromAt - (a.toAt - a.fromAt))
    .slice(0, SPANS_MAX)
    .toSorted((a, b) => a.fromAt - b.fromAt);
}
