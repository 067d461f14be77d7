import { Temporal } from 'temporal-polyfill';
import type { PriceInterval } from '#domain/market/price.ts';
import type { Db } from '../db/client.ts';
import { importPublication } from '../market/price.store.ts';
import { REPLAY_TIME_ZONE, REPLAY_ZONE } from './programme.ts';

/** Local hour at which the prices of the next day appear. */
const PUBLICATION_HOUR = 13;

export type Publisher = {
  /** Publishes every local day whose time has come. */
  publishUntil(now: Date): Promise<void>;
  /** The next publication, or null when the file is told. */
  nextAt(): Date | null;
};

/** publisher hands the file's prices to the system day by day: D + 1 at 13:00 local on D. */
export function publisher(db: Db, intervals: readonly PriceInterval[]): Publisher {
  const days = new Map<string, PriceInterval[]>();
  for (const interval of intervals) {
    const day = localDay(interval.startAt);
    days.set(day, [...(days.get(day) ?? []), interval]);
  }
  const queue = [...days.entries()].map(([day, prices]) => ({ at: publicationOf(day), prices })).sort((a, b) => a.at.getTime() - b.at.getTime());
  return {
    async publishUntil(now) {
      const due: PriceInterval[] = [];
      while (queue[0] !== undefined && queue[0].at <= now) due.push(...queue.shift()?.prices ?? []);
      if (due.length === 0) return;
      await importPublication(db, { biddingZone: REPLAY_ZONE, source: 'price file', publishedAt: now, synthetic: false, intervals: due });
    },
    nextAt: () => queue[0]?.at ?? null,
  };
}

function localDay(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(REPLAY_TIME_ZONE).toPlainDate().toString();
}

function publicationOf(day: string): Date {
  const at = Temporal.PlainDate.from(day).subtract({ days: 1 })
    .toZonedDateTime({ timeZone: REPLAY_TIME_ZONE, plainTime: { hour: PUBLICATION_HOUR } });
  return new Date(at.epochMilliseconds);
}
