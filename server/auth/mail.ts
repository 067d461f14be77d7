import { createTransport } from 'nodemailer';
import type { Env } from '../env.ts';
import type { Log } from '../log.ts';

export type Mail = { to: string; subject: string; text: string };
export type SentMail = Mail & { id: number; sentAt: Date };

/** The way mails leave. Where `canSend` is false, ways in by mail are not offered. */
export type Mailer = {
  canSend: boolean;
  send(mail: Mail): Promise<void>;
  /** What the demo would have sent, newest first; always empty outside the demo. */
  outbox(): readonly SentMail[];
  close(): void;
};

type MailEnv = Pick<Env, 'VALLEY_SMTP_URL' | 'VALLEY_MAIL_FROM' | 'VALLEY_MODE'>;

/** The demo keeps so many mails, in memory only: they hold links that sign people in. */
const OUTBOX_MAX = 50;
const SMTP_TIMEOUT_MS = 10_000;

/** createMailer sends by SMTP where it is set; the demo keeps its mails to be read on a page. */
export function createMailer(env: MailEnv, log: Log): Mailer {
  const { VALLEY_SMTP_URL: smtpUrl, VALLEY_MAIL_FROM: from, VALLEY_MODE: mode } = env;
  if (mode === 'demo') return demoMailer();
  if (smtpUrl === undefined || from === undefined) return noMailer();
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: SMTP_TIMEOUT_MS,
    greetingTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    canSend: true,
    async send(mail) {
      await transport.sendMail({ from, ...mail });
      log.info({ subject: mail.subject }, 'mail sent');
    },
    outbox: () => [],
    close: () => {
      transport.close();
    },
  };
}

function demoMailer(): Mailer {
  const kept: SentMail[] = [];
  let count = 0;
  return {
    canSend: true,
    send: (mail) => {
      count += 1;
      kept.unshift({ ...mail, id: count, sentAt: new Date() });
      kept.length = Math.min(kept.length, OUTBOX_MAX);
      return Promise.resolve();
    },
    outbox: () => [...kept],
    close: () => undefined,
  };
}

function noMailer(): Mailer {
  return {
    canSend: false,
    send: () => Promise.reject(new Error('No mail server is set.')),
    outbox: () => [],
    close: () => undefined,
  };
}
