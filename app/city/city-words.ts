/** The sentences of the municipality's page. */
export const cityWords = {
  title: 'Your streets',
  intro:
    'The charging sites that lie in your municipality over the last 24 hours: what they drew, and what the same cars would have drawn had each charged at once on arrival.',
  privacy: (least: string) =>
    `Only sums over at least ${least} drivers are shown; quarters of an hour with fewer cars are left out of the chart.`,
  sites: 'Sites',
  site: (name: string, operator: string) => `${name}: ${operator}`,
  noSites: 'No site lies in your municipality yet.',
  noSitesHint: 'The operator of a site names the municipality it lies in.',
  few: (least: string) => `Fewer than ${least} drivers charged in the last 24 hours, so nothing is told.`,
  fewHint: 'Come back when more cars have been plugged in.',
  dayTitle: 'The last 24 hours',
  moved: (energy: string, share: string) =>
    `${energy} were moved out of the hours from 17 to 21, ${share} of what would have been drawn then.`,
  notMoved: 'Between 17 and 21 the street drew about what it would have drawn without steering.',
  more: (energy: string, share: string) =>
    `Between 17 and 21 the street drew ${energy} more than it would have drawn without steering, ${share} on top.`,
  onlyAfter: (energy: string) =>
    `Between 17 and 21 the street drew ${energy}; without steering it would have drawn nothing then.`,
  nothingDrawn: 'Between 17 and 21 the street drew nothing, and would have drawn nothing without steering.',
  eveningUntold: (least: string) => `Fewer than ${least} drivers were there between 17 and 21, so nothing is told of these hours.`,
  noQuarters: (least: string) =>
    `In no quarter of an hour were at least ${least} drivers there at once, so no curve is shown.`,
  figures: {
    load: 'Drawing now',
    plugged: 'Cars plugged in',
    drivers: 'Drivers in 24 h',
    stays: 'Stays in 24 h',
    evening: '17 to 21 h',
    eveningWithout: '17 to 21 h, all at once',
    cashback: 'Cashback, stays that ended',
  },
  untold: (least: string) => `fewer than ${least}`,
  describe:
    'Power of all charging points of your streets together over the last 24 hours: metered, and as it would be had every car charged at once; below it the price of electricity.',
  key: { measured: 'metered', without: 'all at once on arrival' },
  whatIfTitle: 'And if…',
  whatIf: 'Try more cars, another limit, more drivers taking part',
  evidence: 'How the savings were measured',
} as const;
