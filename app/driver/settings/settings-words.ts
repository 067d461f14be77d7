/** Sentences of the driver's settings. */
export const settingsWords = {
  settings: {
    title: 'Settings',
    battery: 'Battery size',
    batteryWrong: 'Type the size as a number of kWh, for example 58.5, or leave it empty.',
    batteryHint: 'Usable kWh, for wishes in %.',
    save: 'Save',
    saved: 'Saved.',
  },

  weekly: {
    title: 'Every week',
    intro:
      'Say once when you leave. A stay for which you say nothing takes the wish of the day you leave; you can change it for each stay.',
    days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    shortDays: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    readyBy: (day: string) => `${day}, ready by`,
    energy: (day: string) => `${day}, kWh`,
    heads: { day: 'Day', readyBy: 'Ready by', energy: 'kWh' },
    hint: 'Times are local to the station. Leave a time empty to say nothing for that day.',
    copy: 'Copy Monday to working days',
    wrong: 'Type kWh as numbers from 0 to 400, and a time for each day that has kWh.',
    save: 'Save weekly wishes',
    saved: 'Saved. An open stay that follows them has the new one.',
  },
} as const;
