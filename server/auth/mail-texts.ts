import type { Mail } from './mail.ts';

/** The mails that Valley sends, whole: plain text, one link each, and what to do if it was not you. */
export const mailTexts = {
  signIn: (given: { to: string; link: string; minutes: string }): Mail => ({
    to: given.to,
    subject: 'Your link to sign in to Valley',
    text: `Open this link to sign in to Valley. It works once and for ${given.minutes} minutes.

${given.link}

If you did not ask for it, ignore this mail: nothing happens without the link.
`,
  }),
  invitation: (given: {
    to: string;
    name: string;
    organisation: string;
    link: string;
    days: string;
  }): Mail => ({
    to: given.to,
    subject: `${given.organisation} invites you to Valley`,
    text: `Hello ${given.name},

${given.organisation} invites you to work with it in Valley. Open this link to accept. It works once and for ${given.days} days.

${given.link}

If you do not know ${given.organisation}, ignore this mail: nothing happens without the link.
`,
  }),
} as const;
