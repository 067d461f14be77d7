/** Where real and simulated time meet: sim = simAnchorMs + (real − realAnchorMs) × speed. */
export type ClockAnchors = { realAnchorMs: number; simAnchorMs: number; speed: number };
export type ClockTimer = { cancel: () => void };

/** Simulated time in milliseconds since 1970; every station of a fleet shares one. */
export type SimClock = {
  now: () => number;
  anchors: () => ClockAnchors;
  /** Runs `fn` once simulated time has reached `atMs`; survives jumps and delays of any length. */
  schedule: (atMs: number, fn: () => void) => ClockTimer;
  /** Replaces the anchors (the server's clock row changed) and re-arms every timer. */
  setAnchors: (anchors: ClockAnchors) => void;
  /** Moves simulated time to `toMs` at the same speed. */
  jump: (toMs: number) => void;
  /** Follows a server's `currentTime`; ignored when the anchors were given. */
  learn: (serverTimeMs: number) => void;
};

export type ClockOptions = {
  anchors?: ClockAnchors;
  /** Speed of a clock that learns its time from BootNotification; 1 by default. */
  speed?: number;
  /** Without anchors: time stands still here until it is learned (a fleet that comes back). */
  heldAtMs?: number;
  /** Real milliseconds since 1970; for tests. */
  realNow?: () => number;
};

// setTimeout overflows at 2^31 ms; waking once an hour also absorbs changes of the machine's clock.
const LONGEST_WAIT_MS = 3_600_000;
// A server's answer is older by its way back and cut to whole seconds in many back offices.
const LEARN_TOLERANCE_REAL_MS = 250;
const LEARN_TOLERANCE_SIM_MS = 2_000;

type Pending = { atMs: number; fn: () => void; handle: NodeJS.Timeout | null };

/** createClock makes a clock from anchors, or one on real time until `learn` is called. */
export function createClock(options: ClockOptions = {}): SimClock {
  const realNow = options.realNow ?? Date.now;
  const pending = new Set<Pending>();
  let learned = options.anchors !== undefined;
  const speed = options.speed ?? 1;
  let current = options.anchors ?? {
    realAnchorMs: realNow(),
    simAnchorMs: options.heldAtMs ?? realNow(),
    speed: options.heldAtMs === undefined ? speed : 0,
  };
  const now = () =>
    Math.floor(current.simAnchorMs + (realNow() - current.realAnchorMs) * current.speed);

  function arm(timer: Pending): void {
    if (timer.handle !== null) clearTimeout(timer.handle);
    timer.handle = null;
    if (current.speed <= 0) return;
    const waitMs = Math.ceil((timer.atMs - now()) / current.speed);
    timer.handle = setTimeout(() => fire(timer), Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS));
  }
  function fire(timer: Pending): void {
    if (now() < timer.atMs) return arm(timer);
    pending.delete(timer);
    timer.fn();
  }
  function setAnchors(anchors: ClockAnchors): void {
    current = anchors;
    for (const timer of pending) arm(timer);
  }
  function learn(serverTimeMs: number): void {
    if (options.anchors !== undefined) return;
    const tolerance = LEARN_TOLERANCE_SIM_MS + LEARN_TOLERANCE_REAL_MS * speed;
    if (learned && Math.abs(serverTimeMs - now()) <= tolerance) return;
    learned = true;
    setAnchors({ realAnchorMs: realNow(), simAnchorMs: serverTimeMs, speed });
  }
  return {
    now,
    anchors: () => current,
    setAnchors,
    jump: (toMs) => setAnchors({ ...current, realAnchorMs: realNow(), simAnchorMs: toMs }),
    learn,
    schedule(atMs, fn) {
      const timer: Pending = { atMs, fn, handle: null };
      pending.add(timer);
      arm(timer);
      return {
        cancel() {
          if (timer.handle !== null) clearTimeout(timer.handle);
          pending.delete(timer);
        },
      };
    },
  };
}

/** skewedClock is the clock of a station that is wrong by `skewMs`, on the timers of `base`. */
export function skewedClock(base: SimClock, skewMs: number): SimClock {
  if (skewMs === 0) return base;
  return {
    ...base,
    now: () => base.now() + skewMs,
    schedule: (atMs, fn) => base.schedule(atMs - skewMs, fn),
    jump: (toMs) => base.jump(toMs - skewMs),
  };
}
