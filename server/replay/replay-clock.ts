import type { Db } from '../db/client.ts';
import { realClock, clockFromAnchor, type Clock, type ClockAnchor } from '../clock.ts';

export type ReplayClock = Clock & {
  /** set moves simulated time and its speed in every process at once, the fleet's included. */
  set(args: { at?: Date; speed: number }): Promise<void>;
};

/** Longer than a notification takes to reach every process. */
const TELL_AHEAD_MS = 60;

/** replayClock keeps the clock row and tells the fleet of each change. */
export async function replayClock(
  db: Db, args: { startAt: Date; speed: number; tellFleet: (anchor: ClockAnchor) => Promise<void> },
): Promise<ReplayClock> {
  let anchor: ClockAnchor = { realAnchorMs: realClock.now().getTime(), simAnchorMs: args.startAt.getTime(), speed: args.speed };
  let before = anchor;
  const clock = clockFromAnchor(() => (Date.now() < anchor.realAnchorMs ? before : anchor));
  const store = async () => {
    const real = new Date(anchor.realAnchorMs);
    const sim = new Date(anchor.simAnchorMs);
    await db.open.$transaction(async (tx) => {
      await tx.$executeRaw`
        INSERT INTO clock (real_anchor, sim_anchor, speed, top_speed) VALUES (${real}, ${sim}, ${anchor.speed}, ${anchor.speed})
        ON CONFLICT (id) DO UPDATE SET real_anchor = ${real}, sim_anchor = ${sim}, speed = ${anchor.speed},
          top_speed = greatest(clock.top_speed, ${anchor.speed})`;
      await tx.$executeRaw`SELECT pg_notify('valley', 'clock set')`;
    });
  };
  await store();
  return {
    ...clock,
    async set({ at, speed }) {
      // Told ahead: were each process to change when it hears of it, their clocks would part by minutes.
      const realAnchorMs = Date.now() + TELL_AHEAD_MS;
      const simAnchorMs = at?.getTime() ?? clock.now().getTime() + TELL_AHEAD_MS * clock.speed();
      before = { ...anchor };
      anchor = { realAnchorMs, simAnchorMs, speed };
      await store();
      await new Promise((resolve) => { setTimeout(resolve, Math.max(0, realAnchorMs - Date.now())); });
      await args.tellFleet(anchor);
    },
  };
}
