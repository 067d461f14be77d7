import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import {
  closeStaleConnections,
  connectStation,
  disconnectStation,
} from '../fleet/station.service.ts';
import {
  currentEpochs,
  recordEvent,
  seenConnection,
  touchStations,
  type StationIdentity,
} from '../fleet/station.store.ts';
import { pruneInbox } from './rpc/inbox.ts';
import type { Log } from '../log.ts';
import type { StationConnection } from './connection.ts';
import { createIncumbents, type Incumbents } from './incumbents.ts';

const INCUMBENT_PONG_MS = 5_000;
/** Newcomers of one identity at several gateways at once: the fastest wins, the others look again. */
const TAKE_TRIES = 5;
const WATCH_MS = 1_000;
const TOUCH_MS = 10_000;
const PRUNE_MS = 3_600_000;
/** A station that booted before may come back without a boot; a new one must be given time for it. */
const SETTLE_KNOWN_MS = 2_000;
const SETTLE_NEW_MS = 15_000;

type HubArgs = {
  db: Db;
  bus: Bus;
  clock: Clock;
  log: Log;
  node: string;
  /** A connection became ready for commands. */
  onReady(stationId: string): void;
};

/** All stations connected to this gateway: at most one connection each. */
export class Hub {
  readonly #args: HubArgs;
  readonly #connections = new Map<string, StationConnection>();
  readonly #ready = new WeakSet<StationConnection>();
  /** One newcomer of an identity at a time, so that two cannot both replace the incumbent. */
  readonly #admitting = new Map<string, Promise<void>>();
  /** Identities of which the bus told a change while a newcomer was being recorded: it may have lost already. */
  readonly #toldMeanwhile = new Set<string>();
  readonly #timers: NodeJS.Timeout[];
  readonly #unsubscribe: () => void;
  readonly #incumbents: Incumbents;
  #heard = new Set<string>();

  constructor(args: HubArgs) {
    this.#args = args;
    this.#timers = [
      setInterval(() => {
        this.#watch();
      }, WATCH_MS),
      setInterval(() => {
        void this.#touch();
      }, TOUCH_MS),
      setInterval(() => {
        void this.#prune();
      }, PRUNE_MS),
    ];
    this.#unsubscribe = args.bus.subscribe('connection', (ids) => {
      void this.#dropEnded(ids);
    });
    const { db, bus, node } = args;
    this.#incumbents = createIncumbents({
      db,
      bus,
      node,
      pongMs: INCUMBENT_PONG_MS,
      answersHere: async (id) =>
        (await this.#connections.get(id)?.answersPing(INCUMBENT_PONG_MS)) ?? false,
    });
    // A gateway that never runs for an hour would never forget.
    void this.#prune();
  }

  stations(): string[] {
    return [...this.#connections.keys()];
  }

  readyStations(): string[] {
    return [...this.#connections.values()]
      .filter((each) => this.#ready.has(each))
      .map((each) => each.station.id);
  }

  readyConnection(stationId: string): StationConnection | undefined {
    const connection = this.#connections.get(stationId);
    return connection !== undefined && this.#ready.has(connection) && connection.isOpen
      ? connection
      : undefined;
  }

  heard(stationId: string): void {
    this.#heard.add(stationId);
  }

  /**
   * admit takes an authenticated newcomer in. An incumbent that answers a ping within 5 s keeps its
   * place, here or at another gateway, for both hold the key only if it leaked; one that does not is
   * half-open and replaced.
   */
  async admit(
    newcomer: StationConnection,
    from: { address: string; hasBooted: boolean },
  ): Promise<void> {
    const { id } = newcomer.station;
    newcomer.hold();
    const before = this.#admitting.get(id) ?? Promise.resolve();
    const turn = before.then(() => this.#admitNow(newcomer, from));
    this.#admitting.set(id, turn);
    try {
      await turn;
    } finally {
      if (this.#admitting.get(id) === turn) {
        this.#admitting.delete(id);
        this.#toldMeanwhile.delete(id);
      }
    }
  }

  async #admitNow(
    newcomer: StationConnection,
    from: { address: string; hasBooted: boolean },
  ): Promise<void> {
    const { log } = this.#args;
    const { station } = newcomer;
    const incumbent = this.#connections.get(station.id);
    this.#toldMeanwhile.delete(station.id);
    try {
      if (incumbent !== undefined && (await incumbent.answersPing(INCUMBENT_PONG_MS))) {
        await this.#refuse(newcomer, from.address);
        return;
      }
      incumbent?.terminate();
      if (!newcomer.isOpen) return;
      newcomer.epoch = await this.#take(newcomer, from.address);
      if (newcomer.epoch === null) {
        await this.#refuse(newcomer, from.address);
        return;
      }
    } catch (error) {
      log.warn({ station: station.id, error: String(error) }, 'a connection could not be recorded');
      newcomer.close(1013, 'try again later');
      return;
    }
    if (!newcomer.isOpen) {
      await this.#recordClose(newcomer);
      return;
    }
    this.#connections.set(station.id, newcomer);
    newcomer.listen();
    if (this.#toldMeanwhile.delete(station.id)) void this.#dropEnded([station.id]);
    setTimeout(
      () => {
        this.served(newcomer);
      },
      from.hasBooted ? SETTLE_KNOWN_MS : SETTLE_NEW_MS,
    ).unref();
  }

  /** Records the newcomer's connection; null where the incumbent answers at another gateway. */
  async #take({ station, tables }: StationConnection, address: string): Promise<bigint | null> {
    const { db, clock, node } = this.#args;
    for (let tries = 1; tries <= TAKE_TRIES; tries += 1) {
      const seen = await db.withTenant(station.tenantId, (tx) => seenConnection(tx, station.id));
      const other = seen?.node ?? node;
      if (other !== node && (await this.#incumbents.answersAt(other, station.id))) return null;
      const epoch = await db.withTenant(station.tenantId, (tx) =>
        connectStation(tx, {
          station,
          node,
          protocol: tables.version,
          remoteAddress: address,
          at: clock.now(),
          seen,
        }),
      );
      if (epoch !== null) return epoch;
    }
    throw new Error('others take this identity at the same time');
  }

  async #refuse(newcomer: StationConnection, address: string): Promise<void> {
    newcomer.close(1008, 'this station is already connected');
    await this.#reportDuplicate(newcomer.station, address);
  }

  /** served marks a connection ready for commands: its first message is answered, or none came in time. */
  served(connection: StationConnection): void {
    if (this.#ready.has(connection) || this.#connections.get(connection.station.id) !== connection)
      return;
    this.#ready.add(connection);
    this.#args.onReady(connection.station.id);
  }

  /** gone forgets a closed connection, but not the one that replaced it. No transaction ends by it. */
  gone(connection: StationConnection): void {
    if (this.#connections.get(connection.station.id) === connection) {
      this.#connections.delete(connection.station.id);
    }
    void this.#recordClose(connection);
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#incumbents.close();
    for (const timer of this.#timers) clearInterval(timer);
    const all = [...this.#connections.values()];
    for (const connection of all) connection.close(1001, 'the gateway restarts');
    // One statement for all of them: thousands of single ones would not get a turn in time.
    for (const connection of all) connection.epoch = null;
    const { db, clock, log, node } = this.#args;
    await db.asSystem((tx) => closeStaleConnections(tx, node, clock.now())).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the closes were not recorded');
    });
    // Who has not said goodbye by now may be gone; a restart does not wait for the half-open.
    for (const connection of all) connection.terminate();
  }

  /** What was ended from outside, or taken over by another gateway, is served no further. */
  async #dropEnded(ids: readonly string[] | null): Promise<void> {
    for (const id of ids ?? this.#admitting.keys()) {
      if (this.#admitting.has(id)) this.#toldMeanwhile.add(id);
    }
    const asked = (ids ?? this.stations()).filter((id) => this.#connections.has(id));
    if (asked.length === 0) return;
    const { db, log } = this.#args;
    try {
      const epochs = await db.asSystem((tx) => currentEpochs(tx, asked));
      for (const id of asked) {
        const connection = this.#connections.get(id);
        if (connection === undefined || connection.epoch === null) continue;
        if ((epochs.get(id) ?? 0n) <= connection.epoch) continue;
        log.info({ station: id }, 'the connection is over: closing its socket');
        connection.close(1008, 'this connection is over');
      }
    } catch (error) {
      log.warn({ error: String(error) }, 'cannot look which connections are over');
    }
  }

  async #recordClose(connection: StationConnection): Promise<void> {
    const { db, clock, log } = this.#args;
    const { epoch, station } = connection;
    if (epoch === null) return;
    connection.epoch = null;
    await db
      .withTenant(station.tenantId, (tx) =>
        disconnectStation(tx, { stationId: station.id, epoch, at: clock.now() }),
      )
      .catch((error: unknown) => {
        log.warn({ station: station.id, error: String(error) }, 'a close was not recorded');
      });
  }

  async #reportDuplicate(station: StationIdentity, address: string): Promise<void> {
    const at = this.#args.clock.now();
    await this.#args.db.withTenant(station.tenantId, (tx) =>
      recordEvent(tx, {
        station,
        evseId: null,
        kind: 'DUPLICATE_IDENTITY',
        severity: 'SECURITY',
        data: { address },
        happenedAt: at,
        receivedAt: at,
      }),
    );
  }

  #watch(): void {
    const now = performance.now();
    for (const connection of this.#connections.values()) connection.watch(now);
  }

  async #touch(): Promise<void> {
    if (this.#heard.size === 0) return;
    const heard = this.#heard;
    this.#heard = new Set();
    await this.#args.db
      .asSystem((tx) => touchStations(tx, [...heard], this.#args.clock.now()))
      .catch(() => {
        for (const id of heard) this.#heard.add(id);
      });
  }

  async #prune(): Promise<void> {
    await this.#args.db
      .asSystem((tx) => pruneInbox(tx))
      .catch((error: unknown) => {
        this.#args.log.warn({ error: String(error) }, 'old answers were not pruned');
      });
  }
}
