import { parseArgs } from 'node:util';
import { ValleyError } from '../errors.ts';
import { PRICE_ZONE, type BacktestOptions } from './run.ts';

export const USAGE = `npm run backtest -- --sessions FILE --prices FILE
    [--power observed|11|22] [--shift-days N] [--mtu 15|60] [--departure known|declared|learned]
    [--train-days 90] [--missed-eur-per-kwh 1]
    [--limit-kw KW --homes N --profile FILE] [--co2 FILE]
    [--session-zone Europe/Amsterdam] [--json] [--per-session FILE] [--compare]
What recorded sessions would have cost charged at once, and what in the cheapest slots of each stay.
  --sessions      CSV: session_id, plug_in_utc, plug_out_utc, energy_kwh; max_power_kw, charging_h,
                  declared_departure_utc where there are any
  --prices        CSV (start_utc, price_eur_mwh) or ENTSO-E XML
  --power         kW of each car; observed: the session's own highest (default)
  --shift-days    moves sessions by whole days of the wall clock (a multiple of 7 keeps weekdays)
  --mtu           minutes of a price; default: as fine as the prices are
  --departure     known (default), or declared: the drivers' own words where the file has them, else
                  the true departure with an error of 1 h standard deviation; less 1 h margin;
                  or learned: from the stays that ended before, of driver, station and everybody
  --train-days    learned: sessions of the first days are learned from and not counted
  --compare       learned departures against simple rules, on sessions in the order of plug-ins
  --missed-eur-per-kwh  learned: what a kWh that may be missed counts; less dares more
  --limit-kw      one limit over all cars and --homes homes with the load --profile (E1A)
  --co2           CSV with start_utc and g/kWh
  --session-zone  where the sessions were recorded: their wall clock is kept
  --json          the figures as JSON on stdout; --per-session also writes one row per session`;

const OPTIONS = {
  sessions: { type: 'string' },
  prices: { type: 'string' },
  power: { type: 'string', default: 'observed' },
  'shift-days': { type: 'string', default: '0' },
  mtu: { type: 'string' },
  'limit-kw': { type: 'string' },
  homes: { type: 'string' },
  profile: { type: 'string' },
  departure: { type: 'string', default: 'known' },
  'train-days': { type: 'string', default: '90' },
  'missed-eur-per-kwh': { type: 'string', default: '1' },
  co2: { type: 'string' },
  'session-zone': { type: 'string', default: PRICE_ZONE },
  compare: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'per-session': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

export type BacktestCommand =
  | { kind: 'help' }
  | { kind: 'run' | 'compare'; json: boolean; options: Omit<BacktestOptions, 'onProgress'> };

/**
 * readCommand reads the words after `npm run backtest --`.
 * @throws ValleyError that names the word and says what to write.
 */
export function readCommand(argv: readonly string[]): BacktestCommand {
  const values = parseStrictly(argv);
  if (values.help) return { kind: 'help' };
  const { sessions, prices } = values;
  if (sessions === undefined || prices === undefined) {
    throw bad('Name both files: npm run backtest -- --sessions FILE --prices FILE.');
  }
  return {
    kind: compareOf(values) ? 'compare' : 'run',
    json: values.json,
    options: {
      sessions,
      prices,
      power: powerOf(values.power),
      shiftDays: wholeDays(values['shift-days']),
      mtuMinutes: mtuOf(values.mtu),
      limit: limitOf(values['limit-kw'], values.homes, values.profile),
      departure: departureOf(values.departure, values['limit-kw'] !== undefined),
      trainDays: trainDaysOf(values['train-days']),
      missedEurPerKwh: missedOf(values['missed-eur-per-kwh']),
      co2: values.co2 ?? null,
      sessionZone: zoneOf(values['session-zone']),
      perSession: values['per-session'] ?? null,
    },
  };
}

function compareOf(values: { compare: boolean; 'limit-kw'?: string }): boolean {
  if (values.compare && values['limit-kw'] !== undefined) {
    throw bad('--compare looks at sessions one by one: leave --limit-kw out.');
  }
  return values.compare;
}

function parseStrictly(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('. ', 1)[0] : 'wrong arguments';
    throw bad(`${why}; see npm run backtest -- --help.`);
  }
}

function powerOf(text: string): BacktestOptions['power'] {
  if (text === 'observed') return { kind: 'observed' };
  const kw = Number(text);
  if (kw > 0 && kw <= 1_000) return { kind: 'fixed', powerW: Math.round(kw * 1_000) };
  throw bad(`--power ${text} is not usable: write observed, 11 or 22.`);
}

function wholeDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && Math.abs(days) <= 36_600) return days;
  throw bad(`--shift-days ${text} is not usable: give a whole number of days, such as 2191.`);
}

function trainDaysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 0 && days <= 36_600) return days;
  throw bad(`--train-days ${text} is not usable: give a whole number of days, such as 90.`);
}

function missedOf(text: string): number {
  const eur = Number(text);
  if (eur > 0 && eur <= 1_000) return eur;
  throw bad(`--missed-eur-per-kwh ${text} is not usable: give EUR above 0, such as 0.5.`);
}

function mtuOf(text: string | undefined): 15 | 60 | null {
  if (text === undefined) return null;
  if (text === '15') return 15;
  if (text === '60') return 60;
  throw bad(`--mtu ${text} is not usable: write 15 or 60.`);
}

function limitOf(
  limitKw: string | undefined,
  homesText: string | undefined,
  profile: string | undefined,
): BacktestOptions['limit'] {
  if (limitKw === undefined && homesText === undefined && profile === undefined) return null;
  if (limitKw === undefined || homesText === undefined || profile === undefined) {
    throw bad('--limit-kw, --homes and --profile belong together: give all three.');
  }
  const kw = Number(limitKw);
  const homes = Number(homesText);
  const isFine = kw > 0 && kw <= 1e6 && Number.isInteger(homes) && homes >= 0 && homes <= 1e6;
  if (!isFine) {
    throw bad('Give --limit-kw in kW and --homes as a whole number, such as 220 and 250.');
  }
  return { limitW: Math.round(kw * 1_000), homes, profile };
}

function departureOf(text: string, hasLimit: boolean): BacktestOptions['departure'] {
  if (text !== 'known' && text !== 'declared' && text !== 'learned') {
    throw bad(`--departure ${text} is not usable: write known, declared or learned.`);
  }
  if (text !== 'known' && hasLimit) {
    throw bad('--limit-kw goes with --departure known only: leave one of them out.');
  }
  return text;
}

function zoneOf(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw bad(`--session-zone ${text} is no time zone: write one such as America/Los_Angeles.`);
  }
}

function bad(message: string): ValleyError {
  return new ValleyError('BAD_INPUT', message);
}
