/** Units, times and amounts as people read them, and what to tell when the server is out of reach. */
export const clientWords = {
  locale: 'en-GB',
  offline: 'Valley cannot be reached. Check your connection and try again.',
  stillIn:
    'You are still signed in: the server did not confirm. Check your connection and try again.',
  tomorrow: (time: string) => `tomorrow ${time}`,
  onDay: (day: string, time: string) => `${day}, ${time}`,
  kwh: (value: string) => `${value} kWh`,
  kw: (value: string) => `${value} kW`,
  cents: (value: string) => `${value} ct`,
  centsPerKwh: (value: string) => `${value} ct/kWh`,
  euro: (value: string) => `€${value}`,
  minusEuro: (value: string) => `−€${value}`,
  percent: (value: string) => `${value} %`,
  seconds: (seconds: string) => `${seconds} s`,
  minutes: (minutes: string) => `${minutes} min`,
  hours: (hours: string) => `${hours} h`,
  hoursAndMinutes: (hours: string, minutes: string) => `${hours} h ${minutes} min`,
  priceUnknown: 'price unknown',
  amountUnknown: 'unknown',
} as const;
