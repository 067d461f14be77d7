import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createLog } from '../log.ts';
import { createMailer } from './mail.ts';
import { mailTexts } from './mail-texts.ts';

const log = createLog('test', 'silent');
const mail = mailTexts.signIn({
  to: 'noor@example.org',
  link: 'https://valley.example.org/sign-in/link#token',
  minutes: '15',
});

/** Just enough of a mail server: it keeps what comes between DATA and the lone dot. */
function createSmtp(kept: string[]): Server {
  return createServer((socket) => {
    let inData = false;
    let text = '';
    socket.write('220 test\r\n');
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (inData) {
        if (!text.endsWith('\r\n.\r\n')) return;
        kept.push(text);
        inData = false;
        socket.write('250 kept\r\n');
      } else if (/^DATA/im.test(text)) {
        inData = true;
        socket.write('354 go on\r\n');
      } else if (/^QUIT/im.test(text)) socket.end('221 bye\r\n');
      else {
        kept.push(text);
        socket.write('250 fine\r\n');
      }
      text = '';
    });
    socket.on('error', () => undefined);
  });
}

describe('mails', () => {
  it('leave by the mail server that the environment names', async () => {
    const kept: string[] = [];
    const server = createSmtp(kept);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const mailer = createMailer(
      {
        VALLEY_MODE: 'live',
        VALLEY_SMTP_URL: `smtp://127.0.0.1:${port}`,
        VALLEY_MAIL_FROM: 'Valley <valley@example.org>',
      },
      log,
    );
    expect(mailer.canSend).toBe(true);
    await mailer.send(mail);
    mailer.close();
    server.close();
    const text = kept.join('');
    expect(text).toContain('RCPT TO:<noor@example.org>');
    expect(text).toContain('From: Valley <valley@example.org>');
    expect(text).toContain('https://valley.example.org/sign-in/link#token');
    expect(mailer.outbox()).toEqual([]);
  });

  it('are not offered where no mail server is set', async () => {
    const mailer = createMailer({ VALLEY_MODE: 'live' }, log);
    expect(mailer.canSend).toBe(false);
    await expect(mailer.send(mail)).rejects.toThrow('No mail server is set.');
  });

  it('stay in the demo, where a page shows the newest first', async () => {
    const smtp = { VALLEY_SMTP_URL: 'smtp://127.0.0.1:1', VALLEY_MAIL_FROM: 'v@example.org' };
    const mailer = createMailer({ VALLEY_MODE: 'demo', ...smtp }, log);
    for (let count = 1; count <= 60; count += 1) {
      await mailer.send({ ...mail, subject: `Mail ${count}` });
    }
    expect(mailer.outbox().length).toBe(50);
    expect(mailer.outbox()[0]).toMatchObject({ subject: 'Mail 60', to: mail.to });
  });
});
