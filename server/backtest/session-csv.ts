import { hashKeys } from '#domain/units/random.ts';
import { ValleyError } from '../errors.ts';

/** One row as it stands in the file; instants in whole seconds, null where a cell is empty. */
export type SessionRow = {
  plugInAt: number;
  plugOutAt: number;
  energyMilliWh: number;
  highestPowerW: number | null;
  chargingS: number | null;
  declaredDepartureAt: number | null;
  declaredAt: number | null;
  /** Made from the session's name: what is made up for it does not depend on the row's place. */
  seed: number;
  /** Reads the session's name; valid only within the call. */
  id: () => string;
  /** '' where the file has no such column. */
  driver: () => string;
  station: () => string;
};

type Field =
  | 'id'
  | 'driver'
  | 'station'
  | 'plugIn'
  | 'plugOut'
  | 'energy'
  | 'highestPower'
  | 'chargingHours'
  | 'doneCharging'
  | 'declaredDeparture'
  | 'declaredAt';

/** The first name found in the header counts. */
const COLUMNS: Record<Field, { names: readonly string[]; isNeeded: boolean }> = {
  id: { names: ['session_id'], isNeeded: true },
  driver: { names: ['card', 'user'], isNeeded: false },
  station: { names: ['charge_point', 'station'], isNeeded: false },
  plugIn: { names: ['plug_in_utc'], isNeeded: true },
  plugOut: { names: ['plug_out_utc'], isNeeded: true },
  energy: { names: ['energy_kwh'], isNeeded: true },
  highestPower: { names: ['max_power_kw'], isNeeded: false },
  chargingHours: { names: ['charging_h'], isNeeded: false },
  doneCharging: { names: ['done_charging_utc'], isNeeded: false },
  declaredDeparture: {
    names: ['declared_departure_utc', 'first_declared_departure_utc'],
    isNeeded: false,
  },
  declaredAt: { names: ['declared_at_utc', 'first_input_at_utc'], isNeeded: false },
};
const FIELDS = Object.keys(COLUMNS) as Field[];
const FIELD_OF = Object.fromEntries(FIELDS.map((field, i) => [field, i])) as Record<Field, number>;

const COMMA = 0x2c;
const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;

/** A row that cannot be read; `line` counts from 1 within the piece that was parsed. */
export class SessionRowError extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/**
 * Reads sessions from the bytes of a comma-separated file, whole lines at a time. Cells in quotes
 * are understood where they hold no line break.
 */
export class SessionCsv {
  /** Column of the file → field, −1 where the column does not matter. */
  readonly #fieldOfColumn: number[];
  readonly #present: ReadonlySet<Field>;
  #bytes: Buffer = Buffer.alloc(0);
  readonly #from = new Int32Array(FIELDS.length);
  readonly #to = new Int32Array(FIELDS.length);

  /** @throws ValleyError where a column that is needed is missing. */
  constructor(header: string) {
    const names = header.replace(/^\uFEFF/, '').trim().split(',');
    const clean = names.map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
    const columnOf = new Map<Field, number>();
    for (const field of FIELDS) {
      const found = COLUMNS[field].names.map((name) => clean.indexOf(name));
      const column = found.find((index) => index >= 0);
      if (column !== undefined) columnOf.set(field, column);
      else if (COLUMNS[field].isNeeded) throw missingColumn(COLUMNS[field].names, header);
    }
    this.#fieldOfColumn = clean.map((_, index) =>
      FIELDS.findIndex((field) => columnOf.get(field) === index),
    );
    this.#present = new Set(columnOf.keys());
  }

  get hasPower(): boolean {
    return this.#present.has('highestPower') || this.hasChargingTime;
  }

  get hasChargingTime(): boolean {
    return this.#present.has('chargingHours') || this.#present.has('doneCharging');
  }

  get hasDeclarations(): boolean {
    return this.#present.has('declaredDeparture');
  }

  /**
   * parse calls `onRow` for each line with something on it.
   * @returns how many lines there were.
   * @throws SessionRowError that says which cell and what to do.
   */
  parse(bytes: Buffer, onRow: (row: SessionRow) => void): number {
    this.#bytes = bytes;
    let line = 0;
    let at = 0;
    while (at < bytes.length) {
      const found = bytes.indexOf(NEWLINE, at);
      const next = found < 0 ? bytes.length : found;
      line += 1;
      const end = bytes[next - 1] === RETURN ? next - 1 : next;
      if (end > at) onRow(this.#row(line, at, end));
      at = next + 1;
    }
    return line;
  }

  #row(line: number, start: number, end: number): SessionRow {
    this.#split(line, start, end);
    const plugInAt = this.#instant(line, 'plugIn') ?? this.#empty(line, 'plugIn');
    const plugOutAt = this.#instant(line, 'plugOut') ?? this.#empty(line, 'plugOut');
    const energyMilliWh = this.#decimal(line, 'energy', 1_000_000) ?? 0;
    const chargingS = this.#chargingS(line, plugInAt);
    return {
      plugInAt,
      plugOutAt,
      energyMilliWh,
      highestPowerW: this.#decimal(line, 'highestPower', 1_000),
      chargingS,
      declaredDepartureAt: this.#instant(line, 'declaredDeparture'),
      declaredAt: this.#instant(line, 'declaredAt'),
      seed: this.#seed(),
      id: () => this.#text('id'),
      driver: () => this.#text('driver'),
      station: () => this.#text('station'),
    };
  }

  #chargingS(line: number, plugInAt: number): number | null {
    const seconds = this.#decimal(line, 'chargingHours', 3_600);
    if (seconds !== null) return seconds;
    const doneAt = this.#instant(line, 'doneCharging');
    return doneAt === null || doneAt <= plugInAt ? null : doneAt - plugInAt;
  }

  #split(line: number, start: number, end: number): void {
    this.#from.fill(0);
    this.#to.fill(0);
    const bytes = this.#bytes;
    const columns = this.#fieldOfColumn;
    let column = 0;
    let at = start;
    while (at <= end) {
      const isQuoted = bytes[at] === QUOTE;
      let to = isQuoted ? bytes.indexOf(QUOTE, at + 1) : at;
      if (to < 0 || to > end) throw new SessionRowError(line, 'a quote is opened and not closed');
      while (to < end && bytes[to] !== COMMA) to += 1;
      const field = columns[column] ?? -1;
      if (field >= 0) {
        this.#from[field] = isQuoted ? at + 1 : at;
        this.#to[field] = isQuoted ? to - 1 : to;
      }
      column += 1;
      at = to + 1;
    }
    if (column !== columns.length) {
      const counts = `it has ${column} cells, the header ${columns.length}`;
      throw new SessionRowError(line, `${counts}: make them the same`);
    }
  }

  #text(field: Field): string {
    const index = FIELD_OF[field];
    return this.#bytes.toString('utf8', this.#from[index], this.#to[index]);
  }

  #seed(): number {
    let hash = 0;
    const to = this.#to[FIELD_OF.id] ?? 0;
    for (let at = this.#from[FIELD_OF.id] ?? 0; at < to; at += 1) {
      hash = (Math.imul(hash, 31) + (this.#bytes[at] ?? 0)) | 0;
    }
    return hashKeys(hash);
  }

  /** Reads a decimal and scales it to a whole number, half up; null where the cell is empty. */
  #decimal(line: number, field: Field, scale: number): number | null {
    const index = FIELD_OF[field];
    const [from, to] = [this.#from[index] ?? 0, this.#to[index] ?? 0];
    if (from === to) return null;
    let digits = 0;
    let divisor = 0;
    for (let at = from; at < to; at += 1) {
      const code = this.#bytes[at] ?? 0;
      if (code >= ZERO && code <= NINE && digits < 1e13) {
        digits = digits * 10 + code - ZERO;
        divisor *= 10;
      } else if (code === POINT && divisor === 0) divisor = 1;
      else return this.#oddDecimal(line, field, scale);
    }
    return Math.round((digits * scale) / Math.max(1, divisor));
  }

  #oddDecimal(line: number, field: Field, scale: number): number {
    const text = this.#text(field);
    const value = Number(text);
    if (Number.isFinite(value)) return Math.round(value * scale);
    throw this.#badCell(line, field, 'write a number such as 6.53');
  }

  /** Reads `2019-01-01T00:30:08Z` digit by digit, anything else as Date does. */
  #instant(line: number, field: Field): number | null {
    const index = FIELD_OF[field];
    const [from, to] = [this.#from[index] ?? 0, this.#to[index] ?? 0];
    if (from === to) return null;
    const isPlain = to - from === 20 && this.#bytes[to - 1] === 0x5a;
    const at = isPlain ? this.#plainInstant(from) : Number.NaN;
    if (!Number.isNaN(at)) return at;
    const text = this.#text(field);
    const isZoned = /(Z|[+-]\d{2}:?\d{2})$/.test(text);
    const parsed = isZoned ? Math.floor(Date.parse(text) / 1000) : Number.NaN;
    if (!Number.isNaN(parsed)) return parsed;
    throw this.#badCell(line, field, 'write 2026-03-29T01:00:00Z');
  }

  #plainInstant(from: number): number {
    const two = (at: number) =>
      ((this.#bytes[from + at] ?? 0) - ZERO) * 10 + (this.#bytes[from + at + 1] ?? 0) - ZERO;
    const month = two(5);
    const day = two(8);
    const [hour, minute, second] = [two(11), two(14), two(17)];
    const isFine = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23;
    if (!isFine || minute > 59 || second > 59) return Number.NaN;
    return daysFromCivil(two(0) * 100 + two(2), month, day) * 86_400 +
      hour * 3_600 + minute * 60 + second;
  }

  #empty(line: number, field: Field): never {
    throw this.#badCell(line, field, 'write 2026-03-29T01:00:00Z');
  }

  #badCell(line: number, field: Field, remedy: string): SessionRowError {
    const name = COLUMNS[field].names[0] ?? field;
    const text = this.#text(field).slice(0, 60);
    const found = text === '' ? 'is empty' : `is "${text}"`;
    return new SessionRowError(line, `column ${name} ${found}: ${remedy}`);
  }
}

/** Days since 1970 of a date of the Gregorian calendar (Hinnant, chrono-compatible algorithms). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leaps = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leaps + dayOfYear - 719_468;
}

function missingColumn(names: readonly string[], header: string): ValleyError {
  return new ValleyError(
    'BAD_INPUT',
    `The file of sessions has no column ${names[0] ?? ''}; its first line must name session_id, ` +
      `plug_in_utc, plug_out_utc and energy_kwh, it is "${header.slice(0, 120).trim()}".`,
  );
}
