import type { SimClock } from './clock.ts';
import type { History, StateFolder } from './journal.ts';
import type { Visit } from './programme.ts';
import type { Quirks } from './quirks.ts';
import type { OcppVersion } from './schemas.ts';
import { type Station, createStation } from './station.ts';
import type {
  PlugInOutcome,
  PlugInRequest,
  StationEvent,
  StationOptions,
} from './station-types.ts';

export type FleetStation = {
  id: string;
  key: string;
  version: OcppVersion;
  evses: number;
  quirks: Quirks;
};

export type FleetOptions = {
  url: string;
  clock: SimClock;
  stations: FleetStation[];
  state?: StateFolder;
  history?: History;
  onEvent?: (event: StationEvent) => void;
  timing?: StationOptions['timing'];
};

type Member = {
  station: Station;
  evses: number;
  /** By EVSE: plug-in of the last stay that began. */
  doneUntilMs: Record<string, number>;
  /** By EVSE: its stays begin one after the other. */
  turns: Map<number, Promise<void>>;
};

// Every handshake costs the back office a few milliseconds; a whole street at once is not the test.
const DIAL_EVERY_MS = 5;
// Several stays can begin at one instant of a fast clock; more are looked up in pieces of a day.
const LOOK_AHEAD_MS = 86_400_000;
const WORTH_STAYING_MS = 3_600_000;
const ARRIVE_EVERY_MS = 60_000;

/** Many stations on one clock with a programme of stays. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #members = new Map<string, Member>();
  #upcoming: Visit[] = [];
  #timer: { cancel: () => void } | null = null;
  #running = true;

  constructor(options: FleetOptions) {
    this.#options = options;
    for (const station of options.stations) this.#add(station);
  }

  get clock(): SimClock {
    return this.#options.clock;
  }

  stations(): Station[] {
    return [...this.#members.values()].map((member) => member.station);
  }

  station(stationId: string): Station | undefined {
    return this.#members.get(stationId)?.station;
  }

  evseCount(stationId: string): number {
    return this.#members.get(stationId)?.evses ?? 0;
  }

  /** Dials every station, a few milliseconds apart; resolves when all are served. */
  async connect(): Promise<void> {
    const dialled = [];
    for (const { station } of this.#members.values()) {
      dialled.push(station.connect());
      await new Promise((resolve) => {
        setTimeout(resolve, DIAL_EVERY_MS);
      });
    }
    await Promise.all(dialled);
  }

  /** Plays stays in order of time; those that an earlier process has begun are left out. */
  play(visits: readonly Visit[]): void {
    const isNew = ({ stationId, evseId, plugInMs }: Visit) => {
      const member = this.#members.get(stationId);
      return member !== undefined && plugInMs > (member.doneUntilMs[evseId] ?? -Infinity);
    };
    this.#upcoming = [...visits].filter(isNew).toSorted((a, b) => a.plugInMs - b.plugInMs);
    this.#arm();
  }

  /** Plays an endless programme, asked for a day at a time. */
  playEndless(visitsBetween: (fromMs: number, toMs: number) => Visit[]): void {
    const refill = (fromMs: number): void => {
      if (!this.#running) return;
      const toMs = Math.max(fromMs, this.clock.now()) + LOOK_AHEAD_MS;
      this.play([...this.#upcoming, ...visitsBetween(fromMs, toMs)]);
      this.clock.schedule(toMs - LOOK_AHEAD_MS / 2, () => refill(toMs));
    };
    const done = [...this.#members.values()].flatMap((m) => Object.values(m.doneUntilMs));
    const nowMs = this.clock.now();
    const earliest = nowMs - LOOK_AHEAD_MS;
    if (done.length === 0) this.#upcoming = standing(visitsBetween(earliest, nowMs), nowMs);
    // Stays that began while no process ran are caught up with, but not those of weeks ago.
    refill(Math.max(earliest, Math.min(nowMs, ...done)));
  }

  plugIn(stationId: string, request: PlugInRequest): Promise<PlugInOutcome> {
    const station = this.station(stationId);
    if (station === undefined) throw new RangeError(`there is no station ${stationId}`);
    return station.plugIn(request);
  }

  /** Stays of the programme that have not begun. */
  waiting(): number {
    return this.#upcoming.length;
  }

  /** Cars plugged in now. */
  plugged(): number {
    let count = 0;
    for (const { station, evses } of this.#members.values()) {
      for (let id = 1; id <= evses; id += 1) count += station.state(id).plugged ? 1 : 0;
    }
    return count;
  }

  /** Resolves once every plug-in is decided and every message answered. */
  async idle(): Promise<void> {
    for (const member of this.#members.values()) {
      await Promise.all(member.turns.values());
      await member.station.idle();
    }
  }

  close(): void {
    this.#running = false;
    this.#timer?.cancel();
    for (const { station } of this.#members.values()) station.close();
  }

  #add(entry: FleetStation): void {
    const { url, clock, state, history, timing } = this.#options;
    const { id, key, version, evses, quirks } = entry;
    const saved = state?.readStation(id) ?? null;
    const onEvent = (event: StationEvent): void => {
      history?.event(event);
      this.#options.onEvent?.(event);
    };
    const doneUntilMs = saved?.doneUntilMs ?? {};
    const station = createStation({
      url,
      id,
      key,
      version,
      clock,
      evses,
      quirks,
      onEvent,
      ...(timing === undefined ? {} : { timing }),
      ...(saved === null ? {} : { snapshot: saved.snapshot }),
      ...(state === undefined
        ? {}
        : { onSnapshot: (snapshot) => state.writeStation(id, { snapshot, doneUntilMs }) }),
    });
    this.#members.set(id, { station, doneUntilMs, turns: new Map(), evses });
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const [next] = this.#upcoming;
    if (next === undefined || !this.#running) return;
    this.#timer = this.clock.schedule(next.plugInMs, () => this.#arrive());
  }

  #arrive(): void {
    const nowMs = this.clock.now();
    const due = this.#upcoming.filter((visit) => visit.plugInMs <= nowMs);
    this.#upcoming = this.#upcoming.slice(due.length);
    for (const visit of due) {
      const member = this.#members.get(visit.stationId);
      if (member === undefined) continue;
      // After a pause several stays of an EVSE may be due at once.
      const before = member.turns.get(visit.evseId) ?? Promise.resolve();
      member.turns.set(
        visit.evseId,
        before.then(() => this.#begin(member, visit)),
      );
    }
    this.#arm();
  }

  async #begin(member: Member, visit: Visit): Promise<void> {
    if (!this.#running) return;
    const { evseId, idToken, car, plugInMs, plugOutMs } = visit;
    // Set before the plug-in: both reach the station's file in one write.
    member.doneUntilMs[evseId] = plugInMs;
    const request = { evseId, idToken, car, atMs: plugInMs, departAtMs: plugOutMs };
    const outcome = await member.station.plugIn(request);
    this.#options.history?.write({ type: 'visit', visitId: visit.id, outcome });
  }
}

/** Cars that would stand there already when a new fleet begins; they arrive one by one from now. */
function standing(visits: readonly Visit[], nowMs: number): Visit[] {
  return visits
    .filter((visit) => visit.plugOutMs > nowMs + WORTH_STAYING_MS)
    .map((visit, index) => ({ ...visit, plugInMs: nowMs + index * ARRIVE_EVERY_MS }));
}
