import type { StayView } from '#domain/charging/stay-view.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { createPictures } from './pictures.ts';
import type { Picture, Pictures, Read } from './pictures.ts';
import { errorFrom, readStayViews } from './session-view.ts';
import { driversOf } from './session-view.store.ts';
import type { WantedStay } from './session-view.store.ts';

/**
 * A viewer gets at most four pictures in a second, however fast the facts change; the first four
 * come at once, for asked, accepted and measured may follow each other within a tenth of one.
 */
const PICTURES = 4;
const WINDOW_MS = 1_000;
/** A picture is sent at least this often, so that a page knows that it is not stale. */
const MAX_GAP_MS = 30_000;
/** Changed stays that no page shows are asked about at most this often: is one now a viewer's own? */
const STRANGER_GAP_MS = 1_000;

/** A driver's page: of the asked stay, or with `sessionId` null of whatever is the current one. */
export type Viewing = WantedStay & { tenantId: number; driverId: string };

/** What of the world the pages are shown by; all reads are for many pages at once. */
export type LiveParts = {
  bus: Bus;
  read(wanted: readonly Viewing[]): Promise<readonly Read<StayView>[]>;
  driversOf(sessionIds: readonly string[]): Promise<readonly string[]>;
};

/** The open pages of one process. */
export type Live = {
  /**
   * Yields a stay's view at once and again after each change the bus tells of, until `signal`; after
   * a lost bus connection it looks again. With `sessionId` null it follows the driver from stay to
   * stay: null where there is none yet. Who may look is the procedure's affair.
   */
  follow(viewing: Viewing, signal: AbortSignal): AsyncGenerator<StayView | null, void, undefined>;
};

/** liveOf shows what the database holds. */
export function liveOf({ db, bus, clock }: { db: Db; bus: Bus; clock: Clock }): Live {
  return createLive({
    bus,
    driversOf: (ids) => db.asSystem((tx) => driversOf(tx, ids)),
    // A tenant's rows are read under its own wall, whoever else waits.
    async read(wanted) {
      const views = wanted.map((): Read<StayView> => null);
      for (const [tenantId, members] of Map.groupBy(wanted.keys(), (no) => wanted[no]?.tenantId)) {
        if (tenantId === undefined) continue;
        const own = members.flatMap((no) => wanted[no] ?? []);
        const read = await db.withTenant(tenantId, (tx) => readStayViews(tx, clock, own))
          .catch((error: unknown) => own.map(() => errorFrom(error)));
        for (const [index, no] of members.entries()) views[no] = read[index] ?? null;
      }
      return views;
    },
  });
}

/** createLive listens on the bus for all pages at once, for as long as the bus lives. */
export function createLive(parts: LiveParts): Live {
  const { bus } = parts;
  const pictures = createPictures(parts.read);
  const viewers = createViewers();
  const strangers = createStrangers(parts.driversOf, viewers);
  const tell = (ids: readonly string[] | null, isUrgent: boolean) => {
    if (ids === null) viewers.all((viewer) => { viewer.change(false); });
    else {
      for (const id of ids) {
        for (const viewer of viewers.showing(id)) viewer.change(isUrgent);
        if (!viewers.isFollowed(id)) strangers.add(id);
      }
    }
  };
  // What people see changed: a wish, a plan, an answer. The rest is mostly the meter's news.
  bus.subscribe('view', (ids) => { tell(ids, true); });
  bus.subscribe('session', (ids) => { tell(ids, false); });
  bus.subscribe('clock', () => { tell(null, false); });
  return {
    async *follow(viewing, signal) {
      if (signal.aborted) return;
      const viewer = createViewer(viewing, pictures, signal);
      viewers.add(viewer);
      try {
        while (!signal.aborted) {
          const sessionId = await viewer.look();
          if (signal.aborted || (sessionId === null && viewing.sessionId !== null)) return;
          viewers.show(viewer, sessionId);
          yield viewer.hand();
          await viewer.next();
        }
      } finally {
        viewers.remove(viewer);
        viewer.close();
      }
    },
  };
}

type Viewer = {
  viewing: Viewing;
  shown: string | null;
  /** Something changed in what it shows. */
  change(isUrgent: boolean): void;
  /** Reads anew what there is to hand out; gives the stay it is of. */
  look(): Promise<string | null>;
  /** What was read last, once: a thousand pages that each kept it until the next made the portal stand still to forget them. */
  hand(): StayView | null;
  /** Waits for something new, at most MAX_GAP_MS, and as long as four pictures in a second ask for. */
  next(): Promise<void>;
  close(): void;
};

function createViewer(
  viewing: Viewing,
  pictures: Pictures<Viewing, StayView>,
  signal: AbortSignal,
): Viewer {
  const bell = createBell();
  const sentMs: number[] = [];
  let picture: Picture<StayView> | null = null;
  let view: StayView | null = null;
  // Whoever opens a page waits for it.
  let isUrgent = true;
  const onAbort = () => {
    picture?.drop();
    bell.ring();
  };
  signal.addEventListener('abort', onAbort);
  return {
    viewing,
    shown: viewing.sessionId,
    change(urgent) {
      if (picture?.isWaiting() === true) {
        if (urgent) picture.hurry();
        return;
      }
      isUrgent ||= urgent;
      bell.ring();
    },
    async look() {
      picture = pictures.ask(viewing, isUrgent);
      isUrgent = false;
      view = await picture.read;
      picture = null;
      return view?.sessionId ?? null;
    },
    hand() {
      const handed = view;
      view = null;
      return handed;
    },
    async next() {
      sentMs.push(performance.now());
      const oldest = sentMs.length < PICTURES ? undefined : sentMs.shift();
      const restMs = oldest === undefined ? 0 : oldest + WINDOW_MS - performance.now();
      await bell.quiet(restMs, () => signal.aborted);
      await bell.next(MAX_GAP_MS);
    },
    close() {
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Open pages, found by the stay they show and by the driver they follow. */
function createViewers() {
  const every = new Set<Viewer>();
  const byStay = new Map<string, Set<Viewer>>();
  const byDriver = new Map<string, Set<Viewer>>();
  const none: ReadonlySet<Viewer> = new Set();
  const put = (map: Map<string, Set<Viewer>>, key: string | null, viewer: Viewer) => {
    if (key === null) return;
    const set = map.get(key) ?? new Set();
    map.set(key, set.add(viewer));
  };
  const take = (map: Map<string, Set<Viewer>>, key: string | null, viewer: Viewer) => {
    const set = map.get(key ?? '');
    set?.delete(viewer);
    if (set?.size === 0) map.delete(key ?? '');
  };
  const follows = ({ viewing }: Viewer) => viewing.sessionId === null;
  return {
    add(viewer: Viewer) {
      every.add(viewer);
      put(byStay, viewer.shown, viewer);
      if (follows(viewer)) put(byDriver, viewer.viewing.driverId, viewer);
    },
    show(viewer: Viewer, sessionId: string | null) {
      if (viewer.shown === sessionId) return;
      take(byStay, viewer.shown, viewer);
      viewer.shown = sessionId;
      put(byStay, sessionId, viewer);
    },
    remove(viewer: Viewer) {
      every.delete(viewer);
      take(byStay, viewer.shown, viewer);
      take(byDriver, viewer.viewing.driverId, viewer);
    },
    all(tell: (viewer: Viewer) => void) {
      for (const viewer of every) tell(viewer);
    },
    showing: (sessionId: string): ReadonlySet<Viewer> => byStay.get(sessionId) ?? none,
    /** True where whoever follows the stay's driver shows it already, or nobody follows anybody. */
    isFollowed: (sessionId: string) =>
      byDriver.size === 0 || [...(byStay.get(sessionId) ?? none)].some(follows),
    following: (driverId: string): ReadonlySet<Viewer> => byDriver.get(driverId) ?? none,
  };
}

/** Gathers stays that nobody's page follows and asks once a second, for all pages, whose they are. */
function createStrangers(
  driversOfStays: LiveParts['driversOf'],
  viewers: ReturnType<typeof createViewers>,
): { add(sessionId: string): void } {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  const ask = async () => {
    timer = null;
    const ids = [...waiting];
    waiting.clear();
    for (const driverId of await driversOfStays(ids)) {
      for (const viewer of viewers.following(driverId)) viewer.change(true);
    }
  };
  return {
    add(sessionId) {
      waiting.add(sessionId);
      // A question that fails is no loss: a picture is sent anew every 30 s anyway.
      timer ??= setTimeout(() => void ask().catch(() => undefined), STRANGER_GAP_MS);
    },
  };
}

type Bell = {
  ring(): void;
  /** Waits `ms`, or until a ring for which `urgent` holds. */
  quiet(ms: number, urgent: () => boolean): Promise<void>;
  /** Waits for a ring, at once if there was one since the last `next`; at most `ms`. */
  next(ms: number): Promise<void>;
};

function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | null = null;
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        wake = null;
        resolve();
      }
      wake = done;
    });
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async quiet(ms, urgent) {
      const until = performance.now() + ms;
      while (!urgent()) {
        const left = until - performance.now();
        if (left <= 0) return;
        await sleep(left);
      }
    },
    async next(ms) {
      if (!rung) await sleep(ms);
      rung = false;
    },
  };
}
