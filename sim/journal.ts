import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { ClockAnchors } from './clock.ts';
import type { StationEvent, StationSnapshot } from './station-types.ts';

/** A station's file: what it is, and up to which plug-in the programme of each EVSE has run. */
export type StationFile = { snapshot: StationSnapshot; doneUntilMs: Record<string, number> };
/** The clock as given at the start and as set since; days that the programme was moved by. */
export type FleetFile = {
  given: ClockAnchors | null;
  anchors: ClockAnchors | null;
  days: number | null;
};

/**
 * Folder that lets a fleet go on after a SIGKILL: one file per station, each replaced as a whole.
 * The page cache outlives the process, so nothing waits for the disk.
 */
export class StateFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  readStation(stationId: string): StationFile | null {
    return this.#read<StationFile>(`station-${encodeURIComponent(stationId)}.json`);
  }

  writeStation(stationId: string, file: StationFile): void {
    this.#write(`station-${encodeURIComponent(stationId)}.json`, file);
  }

  /** Latest instant that any of these stations has reached; null for a fresh folder. */
  latestMs(stationIds: readonly string[]): number | null {
    const reached = stationIds.flatMap((id) => {
      const file = this.readStation(id);
      return file === null ? [] : file.snapshot.model.evses.map((evse) => evse.asOfMs);
    });
    return reached.length === 0 ? null : Math.max(...reached);
  }

  readFleet(): FleetFile {
    const none = { given: null, anchors: null, days: null };
    return this.#read<FleetFile>('fleet.json') ?? none;
  }

  writeFleet(changes: Partial<FleetFile>): void {
    this.#write('fleet.json', { ...this.readFleet(), ...changes });
  }

  #read<T>(name: string): T | null {
    const file = path.join(this.#folder, name);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : null;
  }

  #write(name: string, value: object): void {
    const file = path.join(this.#folder, name);
    writeFileSync(`${file}.new`, JSON.stringify(value));
    renameSync(`${file}.new`, file);
  }
}

/** One line per thing a station did or was told, kept outside the system it is compared with. */
export class History {
  readonly #file: number;

  constructor(file: string) {
    this.#file = openSync(file, 'a');
  }

  /** Appends one JSON line; written before the call returns, so a SIGKILL loses at most its own. */
  write(entry: Record<string, unknown>): void {
    writeSync(this.#file, `${JSON.stringify({ realAt: new Date().toISOString(), ...entry })}\n`);
  }

  event(event: StationEvent): void {
    const { stationId, atMs, ...rest } = event;
    this.write({ at: new Date(atMs).toISOString(), stationId, ...rest });
  }

  close(): void {
    closeSync(this.#file);
  }
}
