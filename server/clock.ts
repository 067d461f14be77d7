import type { Db } from './db/client.ts';
import type { Bus } from './bus/bus.ts';
import type { Log } from './log.ts';

const REREAD_MS = 1_000;

/**
 * Domain time. Real time, unless the database holds a clock row (demo, replay); then
 * sim = sim_anchor + (real − real_anchor) × speed in every process alike.
 * Time-outs, pings, retries, sign-ins and audit stay on real time.
 */
export type Clock = {
  now(): Date;
  /** Simulated seconds per real second. */
  speed(): number;
  /** The fastest that time ever ran here: a real second of latency is at most this many on stored instants. */
  topSpeed(): number;
  /** Real milliseconds until domain time reaches `at`; 0 if it has. */
  realMsUntil(at: Date): number;
};

export type ClockAnchor = { realAnchorMs: number; simAnchorMs: number; speed: number; topSpeed?: number };

export function clockFromAnchor(anchor: () => ClockAnchor | null): Clock {
  const simMs = () => {
    const a = anchor();
    return a === null ? Date.now() : a.simAnchorMs + (Date.now() - a.realAnchorMs) * a.speed;
  };
  const speed = () => anchor()?.speed ?? 1;
  return {
    now: () => new Date(simMs()),
    speed,
    topSpeed: () => Math.max(speed(), anchor()?.topSpeed ?? 1),
    realMsUntil: (at) => Math.max(0, (at.getTime() - simMs()) / speed()),
  };
}

export const realClock: Clock = clockFromAnchor(() => null);

/**
 * connectClock reads the clock row, and again whenever the bus says that it was set anew; a read that
 * fails is logged and tried again every second, for a process on stale time decides wrongly in silence.
 */
export async function connectClock(db: Db, bus: Bus, log: Log): Promise<Clock> {
  let anchor: ClockAnchor | null = null;
  let before: ClockAnchor | null = null;
  const read = async () => {
    const row = await db.open.clock.findUnique({ where: { id: true } });
    before = inForce();
    anchor = row === null ? null : {
      realAnchorMs: row.realAnchor.getTime(), simAnchorMs: row.simAnchor.getTime(), speed: row.speed, topSpeed: row.topSpeed,
    };
  };
  // A change is told a little ahead, so that every process makes it at the same instant.
  const inForce = () => (anchor !== null && before !== null && Date.now() < anchor.realAnchorMs ? before : anchor);
  await read();
  let retry: NodeJS.Timeout | undefined;
  const readAgain = () => {
    clearTimeout(retry);
    read().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the clock was set anew and cannot be read: trying again');
      clearTimeout(retry);
      retry = setTimeout(readAgain, REREAD_MS).unref();
    });
  };
  bus.subscribe('clock', readAgain);
  return clockFromAnchor(inForce);
}
