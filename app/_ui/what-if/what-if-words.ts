import type { WhatIfField } from '#domain/planning/what-if/settings.ts';
import type { WhatIfPhase } from '#domain/planning/what-if/what-if.ts';

type FieldWords = {
  label: string;
  unit: string;
  hint: string;
  less: string;
  more: string;
  exact: string;
};

/** Sentences of the what-if page; kept apart so that other pages do not load them. */
export const whatIfWords = {
  title: 'What if?',
  intro:
    'One street, one day. Move a slider and see what steering does to its load, its cost and its drivers. It is computed in your browser.',
  back: 'Start page',
  settings: 'Settings',
  reset: 'Back to the initial settings',
  street: 'Street and day',
  madeUp: 'Made-up winter Wednesday',
  day: (day: string, stays: string) => `${day}, ${stays} stays here`,
  noDay: 'There are no recorded stays of that day here: this is the made-up street.',
  refused: (names: string) =>
    `The link held values that cannot be used (${names}); the initial ones stand in for them.`,
  dayName: 'day',
  synthetic: 'Synthetic: cars and prices are made up.',
  recorded: 'Recorded stays, without names; copies of them where you ask for more cars.',

  fields: {
    share: {
      label: 'Drivers who take part',
      unit: '%',
      hint: 'The others charge at once, as today.',
      less: 'Fewer drivers',
      more: 'More drivers',
      exact: 'Drivers who take part, in percent',
    },
    cars: {
      label: 'Cars',
      unit: 'cars',
      hint: 'All that plug in between two noons.',
      less: 'Fewer cars',
      more: 'More cars',
      exact: 'Number of cars',
    },
    power: {
      label: 'Power per car',
      unit: 'kW',
      hint: '0: what each car takes by itself.',
      less: 'Less power per car',
      more: 'More power per car',
      exact: 'Power per car in kilowatts, 0 for what each car takes',
    },
    limit: {
      label: 'Limit for all cars together',
      unit: 'kW',
      hint: '0: no limit.',
      less: 'Lower limit',
      more: 'Higher limit',
      exact: 'Limit in kilowatts, 0 for none',
    },
    flat: {
      label: 'Flat load rather than low price',
      unit: '%',
      hint: '0: price alone. 100: the flattest load there can be.',
      less: 'More weight on price',
      more: 'More weight on a flat load',
      exact: 'Weight of a flat load in percent',
    },
    unsure: {
      label: 'How far departures are misjudged',
      unit: 'min',
      hint: 'A typical error; plans keep this much margin.',
      less: 'Departures better known',
      more: 'Departures less known',
      exact: 'Typical error of departures in minutes',
    },
    spread: {
      label: 'Spread of prices',
      unit: '%',
      hint: '100: the day’s own prices. 0: the same price all day.',
      less: 'Prices closer together',
      more: 'Prices further apart',
      exact: 'Spread of prices in percent',
    },
  } satisfies Record<WhatIfField, FieldWords>,

  values: {
    percent: (value: string) => `${value} percent`,
    cars: (value: string) => `${value} cars`,
    kilowatt: (value: string) => `${value} kilowatts`,
    ownPower: 'what each car takes',
    noLimit: 'no limit',
    power: (value: string) => `${value} kW`,
    energy: (value: string) => `${value} kWh`,
    minutes: (value: string) => `${value} minutes`,
  },

  findings: {
    NO_CARS: 'There are no cars in this question.',
    NOBODY: 'Nobody takes part, so nothing changes.',
    OTHERS_OVER: (energy: string) =>
      `The drivers who do not take part exceed the limit by ${energy} on their own.`,
    KEEPS_LIMIT: (before: string, after: string, saved: string) =>
      `The limit is kept: the peak falls from ${before} to ${after}, and a kWh costs ${saved}.`,
    NEW_PEAK: (before: string, after: string, saved: string) =>
      `A kWh costs ${saved}, but the cheap hours get a new peak: ${after} instead of ${before}. A limit or a flatter load prevents it.`,
    SHAPES: (before: string, after: string, saved: string) =>
      `The peak goes from ${before} to ${after}, and a kWh costs ${saved}.`,
    less: (percent: string) => `${percent} less`,
    more: (percent: string) => `${percent} more`,
    same: 'as much as before',
  },

  chart: {
    power: 'All cars together, kW',
    price: 'Price, ct/kWh',
    before: 'before: every car at once',
    after: 'after: steered',
    limit: (power: string) => `limit ${power}`,
    limitKey: 'limit',
    valley: 'cheapest 4 h',
    powerLines: 'All cars together, kW · before: every car at once (- - -), after: steered (──)',
    priceLines: 'Price, ct/kWh · cheapest 4 h',
    noPicture: 'The browser made no picture.',
    largest: (power: string, at: string) => `${power} less at ${at}`,
    describe:
      'Power of all cars before and after, and the price, quarter by quarter. The same figures are in the table below.',
    table: 'View as table',
    csv: 'Download CSV',
    png: 'Download PNG',
    pngFailed: 'The picture could not be made. Use the table or the CSV.',
    copyLink: 'Copy link',
    copied: 'Link copied.',
    noCopy: 'The browser does not let this page copy. Copy the address from its address bar.',
    columns: { time: 'From', before: 'Before', after: 'After', price: 'Price' },
  },

  summary: {
    label: 'The answer in short',
    peak: 'Peak',
    cost: 'Energy',
    unserved: 'Not charged',
    fromTo: (before: string, after: string) => `${before} → ${after}`,
  },

  figures: {
    title: 'Before and after',
    caption: 'The day’s figures before and after steering',
    row: 'Figure',
    before: 'Before',
    after: 'After',
    cost: 'Energy cost',
    meanPrice: 'Mean price',
    peak: 'Highest load',
    peakAt: (power: string, at: string) => `${power} at ${at}`,
    over: 'Above the limit',
    overFor: (energy: string, time: string) => `${energy} in ${time}`,
    noLimit: 'no limit',
    never: 'never',
    unserved: 'Not charged by departure',
    short: 'Cars with less than asked',
    shortOf: (cars: string, percent: string) => `${cars} (${percent})`,
    worst: 'Worst served car got',
  },

  payout: {
    title: 'Who gets the saving',
    hint: 'By the settlement rule: 90 % of what each steered car saves, capped per stay.',
    driver: 'Cashback to drivers',
    perCar: 'Cashback per steered car',
    paid: 'Drivers who get € 0.20 or more',
    paidOf: (cars: string, all: string) => `${cars} of ${all}`,
    msp: 'Mobility provider',
    cpo: 'Charging station operator',
    platform: 'Valley',
    oneMoreKw: 'One more kW of limit, all day',
    worth: (eur: string) => `worth ${eur}`,
    serves: (eur: string, time: string) => `worth ${eur}, and lets more be charged in ${time}`,
    none: '–',
  },

  method: {
    title: 'How this is computed',
    lines: [
      'Before: every car charges at full power from plug-in on, whatever the limit.',
      'After: cars that take part are planned together at the least cost, below what the others leave of the limit. The plan is proven: no other costs less and serves as much.',
      'Who gets less than asked is decided before price: what is short is shared so that nobody could get more except from somebody who has less.',
      'Flat load: the plan moves energy towards the flattest load of all cars without taking any from a car.',
      'Departures: each plan goes by a misjudged departure less a margin of the same size. What was planned for after the true one is not charged.',
      'More cars than were recorded are copies, up to 90 minutes earlier or later and with 75 to 125 % of the energy.',
      'Idealised: the whole day is known at noon, cars follow any power, and homes on the same cable are left out. Live, cars are planned as they come. Prices are day-ahead: no taxes, no grid fees.',
    ],
    note: 'Valley what-if. Before: every car at once at full power. After: steered cars planned together at proven least cost below the limit; the day is known at noon; day-ahead prices without taxes and fees.',
  },

  phases: {
    cars: 'Putting the cars on the street',
    atOnce: 'Charging them all at once',
    price: 'Finding the cheapest plan',
    blend: 'Flattening the load',
    figures: 'Adding up',
  } satisfies Record<WhatIfPhase, string>,
  working: 'Computing',
  failed: 'This could not be computed. Reload the page; your settings are in its address.',
  insights: 'What steering does',
  toWhatIf: 'What if? Move the sliders yourself',
  evidence: 'What the stays of this installation show',
} as const;
