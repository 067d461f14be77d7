/** The sentences about shared limits. */
export const limitWords = {
  title: 'Shared limits',
  empty: 'No site has a limit. Set one, and all cars of the site are planned together below it.',
  emptyLink: 'Go to the sites',
  station: (site: string, stationId: string) => `${site}, station ${stationId}`,
  later: 'A limit begins later. The cars are planned together once it matters to them.',
  idle: (limit: string) =>
    `The limit of ${limit} has nothing to share now: fewer than two cars are plugged in, or all together stay within it.`,
  binds: (from: string, to: string, limit: string) =>
    `Between ${from} and ${to} the limit of ${limit} binds.`,
  bindsOften: (span: { from: string; to: string; count: string }, limit: string) =>
    `The limit of ${limit} binds in ${span.count} stretches between ${span.from} and ${span.to}.`,
  worth: (amount: string) => `One more kW in that time would be worth ${amount}.`,
  worthLittle: 'One more kW in that time would be worth less than a cent.',
  serves: 'One more kW would also charge energy that nobody gets now.',
  nobodyShort: 'Nobody is left short.',
  short: (energy: string) => `${energy} are missing when the cars leave.`,
  room: (limit: string, highest: string) =>
    `The limit of ${limit} costs nothing: all cars together may draw ${highest} at most, and one more kW would be worth nothing.`,
  nothing: 'No car has anything left to charge.',
  unknownLimit: 'this site',
  power: 'What all cars together may draw, kW',
  worthAxis: 'Worth of one more kW, ct for each hour',
  describe: 'What the cars may draw against the limit, and the worth of one more kW. The table has the same.',
  key: { load: 'may draw', limit: 'limit', binding: 'one more kW is worth something' },
  limitLabel: (limit: string) => `limit ${limit}`,
  table: 'View as table',
  tableOf: (place: string) => `Table of ${place}: power, limit and worth`,
  columns: ['From', 'May draw', 'Limit', 'One more kW'],
  none: '–',
  servesMark: 'charges more',
  proofTitle: 'How good is this plan?',
  proof: {
    certified:
      'Two independent computations of the lowest possible cost agree to the last digit, so that no plan can cost less than this bound.',
    gap: (cost: string, gap: string) =>
      `What is still to charge costs ${cost} on the power market; at most ${gap} of it could be saved by any other plan.`,
    gapNone: (cost: string) =>
      `What is still to charge costs ${cost} on the power market. A limit leaves somebody short, and energy comes before price, so that no gap is stated.`,
    made: (sessions: string, ms: string, at: string) =>
      `${sessions} cars were planned together in ${ms} ms, ${at}.`,
    withheld: (at: string) =>
      `Planned ${at} as part of a larger tree of limits; its proof stands with the topmost limit.`,
  },
} as const;
