/** The sentences of the mobility service provider's page. */
export const mspWords = {
  title: 'Programme',
  intro:
    'The programmes that operators run with you, what is yours of the savings, and the stays it comes from. All figures are those of the operators’ ledgers and settlements.',
  inForce: 'In force',
  programmeOf: (operator: string, version: string) => `${operator}, version ${version}`,
  since: (at: string) => `Since ${at}; it holds for every car that plugs in from then on.`,
  share: (share: string) => `${share} of what Valley’s pauses save is shared out.`,
  split: (parts: { driver: string; msp: string; cpo: string; platform: string }) =>
    `Of that the driver gets ${parts.driver}, you get ${parts.msp}, the operator ${parts.cpo} and Valley ${parts.platform}.`,
  caps: (cap: string, smallest: string) =>
    `A driver gets at most ${cap} for a stay, and never more than half its energy bill; payouts begin at ${smallest}.`,
  earlier: (count: string) => `Earlier versions: ${count}`,
  empty: 'No operator’s programme names you yet.',
  emptyHint:
    'When an operator of this installation accepts a programme and types your organisation’s name as its provider, it appears here with its stays.',
  ownTitle: 'Your part',
  thisMonth: (month: string) => `${month}, so far`,
  total: 'All months',
  noStays: 'No stay has been settled yet.',
  noStaysHint: 'A stay is settled some seconds after the car has left.',
  months: 'Month by month',
  monthColumns: { month: 'Month', stays: 'Stays', energy: 'Energy', cashback: 'Cashback to drivers', own: 'Your part' },
  monthsNote: 'By the day a stay ended, where it took place. A stay that is settled anew counts as it stands now.',
  stays: 'Stays',
  stayTable: 'Settled stays, the newest first',
  stayColumns: { plugged: 'Plugged in', left: 'Left', card: 'Card', operator: 'Operator', energy: 'Energy', cashback: 'Cashback', own: 'Your part' },
  card: (end: string) => `…${end}`,
  older: 'Older stays',
  newest: 'Back to the newest',
  csv: 'All stays as a file (CSV)',
  csvRunning: (count: string) => `${count} stays fetched…`,
} as const;
