/** Sentences of the first start and of whoever is asked in. */
export const setupWords = {
  title: 'Set up Valley',
  intro: 'You are the first administrator of this installation.',
  organisation: 'Your organisation',
  name: 'Your name',
  submit: 'Make my account',
  invite: (name: string) => `Welcome, ${name}`,
  inviteIntro: 'Choose a password to see your stays.',
  submitInvite: 'Set password',
  gone: 'This link is used, expired or mistyped. Ask whoever sent it for a new one.',
  working: 'One moment…',
  nextHint: 'At least 10 characters.',
} as const;
