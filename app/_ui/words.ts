import type { UnservedReason } from '#domain/planning/plan.ts';
import type { Role } from '#server/auth/grants.ts';

/**
 * Every sentence that people read, whole: values are put in ready formatted, and no sentence is made
 * of fragments of others, so that another language can order its words as it likes.
 */
export const words = {
  brand: 'Valley',
  pageTitle: (page: string) => `${page} · Valley`,
  promise:
    'Valley charges your car in the cheapest hours of its stay and pays the saving back to you.',
  demo: 'Demo',
  demoBanner: (speed: string) =>
    `DEMO: prices, cars and money are synthetic; time runs ${speed}×.`,
  demoReset: 'Start over with “npm run demo -- --reset”.',
  synthetic: 'Synthetic prices',

  roles: {
    ADMIN: 'Administrator',
    CPO: 'Charging station operator',
    MSP: 'Mobility provider',
    MUNICIPALITY: 'Municipality',
    GRID: 'Grid operator',
    DRIVER: 'Driver',
    PLATFORM: 'Platform',
  } satisfies Record<Role, string>,

  nav: { stay: 'Charging', history: 'History', settings: 'Settings', admin: 'Administration' },
  signIn: {
    title: 'Sign in',
    email: 'E-mail address',
    password: 'Password',
    submit: 'Sign in',
    signOut: 'Sign out',
    demoTitle: 'Look around as',
    working: 'Signing in…',
    wrong: 'The e-mail address or the password is not right. Try again.',
    failed: 'Signing in did not work. Reload the page and try again.',
    noAccount: 'Drivers and colleagues get their account by a link from the operator.',
  },

  ready: {
    title: 'Will it be ready?',
    PLANNING: 'We are making the plan. It takes a few seconds.',
    UNPLUGGED: (energy: string, at: string) => `Unplugged at ${at} with ${energy} charged.`,
    READY: (energy: string) => `Ready: ${energy} are in the car.`,
    IN_TIME: (at: string, spare: string) => `Ready ${at}, ${spare} to spare.`,
    JUST_IN_TIME: (at: string) => `Ready ${at}, just in time.`,
    LATE: (at: string, late: string) => `Ready ${at}, ${late} later than you asked.`,
    SHORT: {
      WINDOW_TOO_SHORT: (missing: string, by: string) =>
        `${missing} will be missing by ${by}: the time is too short for this much energy.`,
      LIMIT_TOO_LOW: (missing: string, by: string) =>
        `${missing} will be missing by ${by}: the site has too little power to share.`,
      PRICE_UNKNOWN: (missing: string, by: string) =>
        `${missing} are not planned yet by ${by}: those prices are not known.`,
      UNKNOWN: (missing: string, by: string) => `${missing} will be missing by ${by}.`,
    } satisfies Record<UnservedReason | 'UNKNOWN', (missing: string, by: string) => string>,
    PASSED: (by: string, missing: string) =>
      `${by} has passed with ${missing} to go. Charging goes on until you unplug.`,
    PASSED_UNTIL: (by: string, missing: string, done: string) =>
      `${by} has passed with ${missing} to go. Charging goes on at full power, done about ${done}.`,
    ABOUT: (energy: string, at: string) => `Ready about ${at} with ${energy}.`,
    GUESS: (energy: string, at: string) =>
      `Ready about ${at} with ${energy}. Our guess: tell us when you leave.`,
  },

  why: {
    title: 'Why is it charging, or not?',
    PLANNING: 'Plugged in; the plan is being made.',
    UNPLUGGED: 'The car is unplugged.',
    DONE: 'It has what you asked for, so it rests.',
    CAR_FULL: 'The car takes no more: it is full or its own limit is reached.',
    OBSERVED_IDLE: 'This station takes no plan; the car decides and is not charging.',
    OBSERVED_CHARGING: 'This station takes no plan, so the car charges at once.',
    NOW_ASKED: 'You asked to charge now; the station has not answered yet.',
    NOW_REFUSED: 'The station refused to charge now. It follows its own limit; try again.',
    NOW_SILENT: 'The station does not answer. Call the number on the station if it stays so.',
    NOW_NO_DRAW:
      'The station offers full power, but the car takes none: look at the car’s own timer.',
    NO_DRAW: 'The station offers power, but the car takes none: look at the car’s own timer.',
    WAKING: 'The car may charge; waiting for it to take power.',
    PROBE_WAITING: 'Plugged in; waiting for the car to take its first power.',
    PROBE_DRAWING: 'Charging a few minutes to see what the car can take.',
    STATION_AWAY: (since: string) =>
      `The station lost its link ${since}. It goes on with the last plan it got.`,
    STATION_AWAY_UNKNOWN: 'The station has lost its link. It goes on with the last plan it got.',
    CHARGING_NOW: 'Charging now at full power, because you asked.',
    CHARGING_NOW_UNTIL: (until: string) => `Charging now, because you asked; done about ${until}.`,
    CHARGING: 'Charging in the cheap hours.',
    CHARGING_UNTIL: (until: string) => `Charging in the cheap hours until ${until}.`,
    CHARGING_FIRST: (until: string) =>
      `Charging a first part at once until ${until}; the rest follows in cheaper hours.`,
    TAIL_CHARGING: 'Charging at full power, because the planned time has passed.',
    TAIL_IDLE: 'The planned time has passed; the car may charge and takes no power.',
    HOLD_NOT_OBEYED: 'The plan says pause, but the meter still shows power.',
    WAITING: 'Waiting for cheaper hours.',
    WAITING_UNTIL: (next: string) => `Waiting for cheaper hours. Charging starts ${next}.`,
    WAITING_PRICES: (next: string, now: string, then: string) =>
      `Waiting for cheaper hours: ${now} now, ${then} from ${next} on.`,
  },

  money: {
    title: 'What do I get?',
    EXPECTED: 'Expected cashback',
    SETTLING: 'Expected cashback, being settled',
    FINAL: 'Final cashback',
    UNKNOWN: 'Cashback not known yet',
    WAITING_PRICES: 'We wait for the prices of the last hours before we settle.',
    REVIEW: 'Somebody looks at this stay before it is settled.',
    expectedHint: 'An estimate: the meter and the published prices decide.',
    finalHint: 'Settled on metered energy and published prices.',
    corrected: (revision: string) => `Correction ${revision}: late meter data changed it.`,
    receipt: 'See the receipt',
    shares: (paid: string, to: { driver: string; msp: string; cpo: string; platform: string }) =>
      `Of what our pauses save on the power market ${paid} is shared: ${to.driver} of that to you, ${to.msp} to the mobility provider, ${to.cpo} to the station’s operator, ${to.platform} to Valley.`,
  },

  now: {
    start: 'Charge now',
    stop: 'Back to smart',
    cost: (amount: string) => `Costs you about ${amount} of cashback. You can undo it.`,
    free: 'Costs no cashback. You can undo it.',
    costUnknown: 'What it costs is not known yet. You can undo it.',
    undo: 'One tap takes you back to the cheap hours, and to their cashback from then on.',
    stages: { ASKED: 'Asked', ACCEPTED: 'Station accepts', MEASURED: 'Meter shows power' },
    steps: 'Progress of charge now',
    slow: (seconds: string) =>
      `The station has not answered for ${seconds}. The wish is kept and sent again when it is back; the number to call is on the station.`,
    failed: 'That did not reach Valley.',
  },

  wish: {
    title: 'Your wish',
    readyBy: 'Ready by',
    energy: 'How much',
    unitKwh: 'kWh',
    unitPercent: '%',
    from: 'Now %',
    to: 'To %',
    percentIs: (energy: string) => `That is ${energy}.`,
    percentInAll: (energy: string, charged: string) =>
      `That is ${energy} in all, with the ${charged} charged before.`,
    percentEmpty: 'The second percentage must be higher than the first.',
    stationSoc: (percent: string) => `The car says ${percent}.`,
    save: 'Save wish',
    saved: 'Saved. The plan follows in a moment.',
    next: (when: string) => `That is ${when}, local time of the station.`,
    day: 'Day',
    dayAuto: 'Next time',
    today: 'Today',
    tomorrow: 'Tomorrow',
    notThen: 'Choose a time from 5 minutes to 7 days ahead.',
    notEnergy: 'Type kWh as a number from 0 to 400.',
    weekly: (when: string) => `Your weekly wish: ready ${when}. Change it here for this stay only.`,
    history: (when: string) =>
      `From your own earlier stays: you usually stay until ${when} or longer. A guess, so we plan with care; choose a time if you know when you leave.`,
    passed: 'The time you asked for has passed; choose a new one if you stay longer.',
    noBattery: 'Store your battery size in Settings to say it in %.',
    energyHint: 'Leave empty and we plan a usual amount.',
  },

  stay: {
    title: (location: string) => `Charging at ${location}`,
    empty: 'No stay yet',
    emptyHint: 'Plug in at a Valley station with your card. This page shows the stay by itself.',
    at: (location: string, station: string) => `${location}, station ${station}`,
    delivered: 'Charged',
    power: 'Power now',
    soc: 'Battery',
    since: 'Plugged in',
    age: (age: string) => `Last meter value ${age} ago.`,
    noMeter: 'No meter value yet.',
    steered: (time: string) =>
      `Valley held the charging for ${time} so far. That time never counts for an idle fee.`,
    steeredNever: 'Time for which Valley holds the charging never counts for an idle fee.',
    signedOut: 'You are signed out. Sign in again to see the stay live.',
    planVersion: (version: string, reason: string) => `Plan ${version}: ${reason}`,
    current: 'Your stay',
  },

  planReasons: {
    PLUG_IN: 'made at plug-in',
    PROBE_DONE: 'after the car showed what it takes',
    WISH_CHANGED: 'after your new wish',
    CHARGE_NOW: 'because you asked to charge now',
    BACK_TO_SMART: 'back to the cheap hours',
    PRICES_PUBLISHED: 'after new prices',
    LIMIT_CHANGED: 'after a new power limit',
    MEASURED_DIFFERS: 'because the meter differed from the plan',
    RECONNECTED: 'after the station came back',
    STEERING_CHANGED: 'with another way to steer the station',
    ROLLED_FORWARD: 'continued',
    CAR_DID_NOT_WAKE: 'because the car did not wake from a pause',
    CAR_FULL: 'because the car is full',
    READY_BY_PASSED: 'because the planned time has passed',
  },

  chart: {
    power: 'Power, kW',
    price: 'Price, ct/kWh',
    now: 'now',
    measured: 'measured',
    planned: 'planned',
    without: 'without Valley',
    withoutAssumed: 'without Valley (assumed: at once)',
    expectedPrices: 'hatched: expected, not published',
    valley: (hours: string) => `cheapest ${hours}`,
    findingMoves: (cheap: string, dear: string) =>
      `The energy comes at ${cheap} on average; at once it would have cost ${dear}.`,
    findingSame: (price: string) => `Charging at once is as cheap as it gets: ${price} on average.`,
    findingNone: 'The stay hour by hour.',
    findingUnknown: 'The stay hour by hour; some prices are not known yet.',
    describe: 'Power and price over the stay. The same figures are in the table below.',
    table: 'View as table',
    csv: 'Download CSV',
    columns: {
      time: 'From',
      price: 'Price',
      planned: 'Planned',
      measured: 'Measured',
      without: 'Without Valley',
    },
    unknown: 'unknown',
    expectedPrice: (price: string) => `${price} (expected)`,
    none: '–',
    tomorrow: 'tomorrow',
  },
} as const;
