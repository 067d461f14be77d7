/** What a figure of the table says, and what it does not. */
type Explained = { means: string; limits: string };

/** Sentences of the evidence page. The labels are those of the back-test's table. */
export const evidenceWords = {
  title: 'Evidence',
  intro:
    'Every stay that has ended here, run again: what would its energy have cost at once, what would the cheapest plan have cost, and what would the settlement rule pay of the difference?',
  back: 'Start page',
  whatIf: 'What if? Move the sliders yourself',
  of: (sessions: string, span: string, zone: string) =>
    `${sessions} stays, ${span}, bidding zone ${zone}.`,
  span: (from: string, to: string) => `${from} to ${to}`,
  synthetic: 'Synthetic: these cars and prices are made up. They show how it is computed, not what a real street saves.',
  recorded: 'Recorded stays and published prices of this installation.',
  table: 'The figures',
  tableRegion: 'The figures as a table',
  commandRegion: 'The command',
  figure: 'Figure',
  ofWhat: 'Of what',
  explained: 'What each figure means, and where its limits are',
  limits: (limits: string) => `Limits: ${limits}`,
  own: 'Your own data',
  ownHint:
    'The same code reads files: one line per session, one per price. Nothing leaves the machine it runs on.',
  command: 'npm run backtest -- --sessions sessions.csv --prices prices.csv',
  columns:
    'Sessions need session_id, plug_in_utc, plug_out_utc, energy_kwh, and max_power_kw or charging_h; prices need start_utc, resolution_min, price_eur_mwh. npm run backtest -- --help lists the rest: limits, unknown departures, CO2.',
  method: 'How it is computed',
  methodLines: [
    'Each stay is planned for itself, with its departure known: the most that steering can save. A driver who leaves earlier than thought, or a limit, makes it less.',
    'At once: full power from plug-in. Planned: the cheapest market time units of the stay. Same energy, same power, same window.',
    'Prices are day-ahead prices: without taxes, grid fees and margins.',
    'Slack ≥ 2 h: stays at least two hours longer than charging takes. Overnight: plugged in from 16:00 on and still there at 06:00.',
    'The newest 5,000 stays of the last 60 days count; the figures are made anew every minute.',
  ],
  empty: 'No stay has ended yet',
  emptyHint:
    'As soon as a car has charged and left, its figures stand here. In the demo that takes a few minutes.',
  emptyElse:
    'Whoever reads the stations of this installation sees its stays here; your account does not.',

  figures: {
    sessions: {
      means: 'How many stays were run again.',
      limits: 'A stay whose price is missing, or without energy, is left out and counted.',
    },
    'energy, kWh': {
      means: 'What these cars charged.',
      limits: 'By the stations’ meters.',
    },
    'energy cost at once → planned, EUR': {
      means: 'The energy’s price on the power market, charged at once and charged by the cheapest plan.',
      limits: 'Day-ahead prices only; nobody pays exactly this.',
    },
    saving: {
      means: 'How much cheaper the cheapest plan is.',
      limits: 'With departures known: an upper bound of what a live system reaches.',
    },
    'energy moved': {
      means: 'The part of the energy that another quarter of an hour is better for.',
      limits: 'A small move counts like a long one.',
    },
    'connected ÷ charging': {
      means: 'How much longer cars stay than they charge: the room there is to steer.',
      limits: 'Stays that are cut short by a full car look longer than the driver would need.',
    },
    'EUR per session: mean': {
      means: 'The saving of an average stay, before it is shared.',
      limits: 'A few dear evenings make most of it: look at the median too.',
    },
    'EUR per session: median, p95, max': {
      means: 'Half of the stays save less than the first number; one in twenty more than the second.',
      limits: 'A quantile of few stays says little.',
    },
    'sessions that save ≥ EUR 0.20': {
      means: 'Stays that save enough to be worth a payout.',
      limits: 'Before sharing: the driver’s part is smaller.',
    },
    'sessions within EUR 0.20–10': {
      means: 'The same without the few above EUR 10, where the driver’s part is capped.',
      limits: 'Before sharing, as above.',
    },
    'energy 17–21 h at once → planned, kWh': {
      means: 'What is charged while homes cook and heat, before and after.',
      limits: 'Price is what moves it: on a day with cheap evenings it may rise.',
    },
    'EV peak at once → planned, kW': {
      means: 'The highest load of all these cars together.',
      limits: 'Each stay is planned for itself here: cheap hours can make a new peak. A limit prevents it, see the what-if.',
    },
    'the settlement rule credits': {
      means: 'The part of the saving that the rule for payouts recognises.',
      limits: 'It pays for pauses that Valley made, proven by the meter, and for the first 24 hours.',
    },
    'paid out': {
      means: 'What the programme pays of the saving.',
      limits: 'Small amounts are kept until they reach EUR 0.20.',
    },
    'to driver, MSP, CPO, platform, EUR': {
      means: 'Who gets the payout, Valley’s own part included.',
      limits: 'By the programme’s standard shares; yours may differ.',
    },
    'drivers who get ≥ EUR 0.20 of a session': {
      means: 'Stays whose driver sees money at once.',
      limits: 'The others’ parts wait in the driver’s account.',
    },
  } satisfies Record<string, Explained>,
} as const;

/** explanationOf finds what to say about a row; null where nobody wrote it yet: the row's note stands alone. */
export function explanationOf(label: string): Explained | null {
  const all: Record<string, Explained> = evidenceWords.figures;
  return all[label] ?? null;
}
