/** Sentences of the page behind a charging point's QR code, whole as in `_ui/words.ts`. */
export const kerbWords = {
  title: (location: string) => `Charging at ${location}`,
  place: (station: string, evse: string) => `Station ${station}, charging point ${evse}`,
  placeAndPower: (station: string, evse: string, power: string) =>
    `Station ${station}, charging point ${evse} · up to ${power}`,
  price: {
    title: 'What it costs',
    energy: 'Energy',
    perKwh: (price: string) => `${price} per kWh`,
    free: 'Nothing per kWh',
    others: ['Per minute', 'Idle fee', 'Start fee'],
    unknown: 'Not known to Valley',
    note: 'The price is the operator’s, with VAT as the operator states it. Your card’s provider may add fees; its app or website tells.',
    own: (price: string) => `For this stay: ${price} per kWh, the price at plug-in.`,
  },
  plan: {
    title: 'If you plug in now',
    cheapest: (until: string, spans: string) =>
      `Valley would charge mostly ${spans}, the cheapest hours until ${until}, and pay part of the saving back to you.`,
    // Word joiners keep the two times on one line.
    span: (from: string, to: string) => `${from}\u2060–\u2060${to}`,
    unknown:
      'Valley charges in the cheapest hours of your stay and pays part of the saving back. The prices ahead are not published yet.',
    now: 'Need it at once? Plug in, then type the end of your card here and tap “charge now”: it always wins.',
  },
  card: {
    title: 'Is it your car?',
    label: 'Last 4 characters of the card that started it',
    hint: 'They are printed on the card or shown in its app. No account is needed.',
    submit: 'Show my stay',
  },
  stay: {
    title: 'Your stay',
    charged: 'Charged',
    power: 'Power now',
    start: 'Charge now',
    stop: 'Back to smart',
    costs: (amount: string) => `Costs about ${amount} of cashback. You can undo it.`,
    costFree: 'Costs no cashback. You can undo it.',
    costUnknown: 'What it costs is not known yet. You can undo it.',
    on: 'You asked to charge now. Tap again and it goes back to the cheap hours.',
    over: 'This stay is shown no more: it is over, or the charging point is locked after wrong tries. Type the end of the card to look again.',
    away: 'Hide my stay',
    app: 'For wishes, receipts and cashback, sign in.',
  },
  sheet: {
    title: 'QR codes',
    intro:
      'One label for each charging point. Print the page, cut, and put each label where it can be scanned. The address in the code is that of this portal.',
    print: 'Print',
    scan: 'Status and “charge now” without an app',
    empty: 'There is no charging point yet. Make a station first.',
    back: 'Back to administration',
    local: 'This portal is open under a local address: labels printed from here work on this machine only. Set VALLEY_URL first.',
  },
} as const;
