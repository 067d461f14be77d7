/** What the parts of every page say themselves, whatever page they stand on. */
export const uiWords = {
  working: 'Working…',
  loading: 'Loading…',
  retry: 'Try again',
  cancel: 'Cancel',
  keep: 'Keep it as it is',
  previous: 'Previous',
  next: 'Next',
  first: 'Back to the first',
  newest: 'Back to the newest',
  older: 'Older',
  pages: (what: string) => `Pages of: ${what}`,
  menuOf: (name: string) => `Menu of ${name}`,
  theme: {
    title: 'Appearance',
    hint: 'Kept in this browser.',
    choices: { system: 'As the device', light: 'Light', dark: 'Dark' },
  },
  errors: {
    title: 'That did not work',
    body: 'Something went wrong on our side. Try again; if it stays, tell the operator.',
    retry: 'Try again',
    notFound: 'This page does not exist.',
    home: 'Go to the start page',
  },
} as const;
