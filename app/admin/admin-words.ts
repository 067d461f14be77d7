/** The administrator's sentences; kept apart so that drivers' phones do not load them. */
export const adminWords = {
  title: 'Administration',
  steps: {
    title: 'From nothing to the first cashback',
    site: 'Add a site and choose its price zone', station: 'Add a station and give it its URL and key',
    programme: 'Accept the programme', card: 'Link a card to a driver', done: 'done', open: 'to do',
  },
  sites: {
    title: 'Sites', empty: 'No site yet. Add the first one below.', add: 'Add site', name: 'Name of the site',
    address: 'Address (optional)', zone: 'Price zone', sale: 'Sale price, ct per kWh',
    saleHint: 'What drivers pay you; it stays as it is.', added: 'Added.',
    line: (zone: string, sale: string) => `Zone ${zone}, sold at ${sale} per kWh`,
  },
  stations: {
    title: 'Stations', empty: 'No station yet. Add one below and type its URL and key into it.',
    add: 'Add station', id: 'Station id', idHint: 'As the station calls itself; it becomes the end of its URL.',
    site: 'Site', evses: 'Charging points', power: 'Power each, kW', phases: 'Phases',
    connected: 'Connected', away: 'Not connected', never: 'Never seen',
    seen: (at: string) => `Last seen ${at}`, failed: (count: string) => `${count} commands failed in 24 h`,
    rotate: 'New key', rotateHint: (id: string) => `Make a new key for ${id}; the old one stops working`,
    columns: ['Station', 'Status', 'Charging points', 'Make', 'Address for the station', 'Key'],
    needsSite: 'Add a site first.',
  },
  key: {
    title: (id: string) => `${id}: type these into the station now`,
    once: 'The key is shown this once. Only its fingerprint is stored.',
    url: 'URL', user: 'User name', key: 'Key (password)', copy: 'Copy', copied: 'Copied', close: 'I have noted it',
  },
  programme: {
    title: 'Programme', accepted: (version: string) => `Version ${version} is in force for new stays.`,
    offer: 'These are the terms. Nothing is settled before you accept them.',
    share: (percent: string) => `${percent} of what our pauses save is shared; the rest stays with you as operator.`,
    split: (part: { driver: string; msp: string; cpo: string; platform: string }) =>
      `Of the shared part ${part.driver} go to the driver, ${part.msp} to the mobility provider, ${part.cpo} to you and ${part.platform} to Valley.`,
    caps: (cap: string, smallest: string) =>
      `A driver gets at most ${cap} and half the energy bill per stay; amounts below ${smallest} wait in the driver’s account.`,
    fair: 'Only pauses that Valley made count. Whoever settles can recompute every receipt.',
    msp: 'Name of the mobility provider', accept: 'Accept the programme',
  },
  cards: {
    title: 'Cards', empty: 'No card yet. Link one below.', add: 'Link card', uid: 'Number of the card',
    uidHint: 'As the station reads it (idTag).', email: 'Driver’s e-mail address', name: 'Driver’s name',
    invite: 'Send this link to the driver. It sets the password, works once and lasts 14 days.',
    linked: 'Linked. The driver has a password already.',
    columns: ['Card', 'Driver', 'Account'], nobody: 'nobody', ready: 'has a password', waiting: 'no password yet',
  },
  stays: {
    title: 'Latest stays', empty: 'No stays yet. They appear when a car plugs in.',
    columns: ['Plugged in', 'Station', 'Card', 'Energy', 'Cashback', 'To you', 'State'],
    open: 'charging', settled: 'settled', pending: 'being settled', waiting: 'waits for prices', review: 'look at it',
    observe: 'not steered',
  },
  prices: {
    title: 'Prices', empty: 'No prices yet. Set ENTSOE_TOKEN or run “npm run prices -- FILE”.',
    line: (zone: string, until: string, source: string) => `${zone}: published until ${until} (${source})`,
  },
} as const;
