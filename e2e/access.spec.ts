import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect, signIn, test, type Demo } from './fixtures.ts';

/** A page is told within a second; by itself it would only look again after a minute. */
const LEFT_WITHIN_MS = 10_000;
const PASSWORD = 'a long enough password';

/** The link in the newest of the demo's mails to an address. */
async function linkMailedTo(page: Page, { portalUrl }: Demo, email: string): Promise<string> {
  const mail = page.getByRole('article').filter({ hasText: email }).first();
  // Who asks for a link is answered before it is sent, and the page of mails stands still.
  await expect
    .poll(async () => {
      await page.goto(`${portalUrl}/sign-in/outbox`);
      return await mail.count();
    })
    .toBe(1);
  const href = await mail.getByRole('link').getAttribute('href');
  if (href === null) throw new Error(`There is no mail to ${email}.`);
  return href;
}

async function invite(page: Page, demo: Demo, given: { name: string; email: string; role: string }) {
  await page.goto(`${demo.portalUrl}/organisation`);
  const form = page.getByRole('region', { name: 'Open invitations' });
  await form.getByLabel('Name').fill(given.name);
  await form.getByLabel('E-mail address').fill(given.email);
  await form.getByLabel('Role').selectOption(given.role);
  await form.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(form.getByText(`${given.name} ${given.email}`)).toBeVisible();
}

async function accept(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.waitForURL((url) => url.pathname === '/');
}

async function contextAs(browser: Browser, demo: Demo, role: 'ADMIN' | 'DRIVER' | null) {
  const context = await browser.newContext();
  if (role !== null) await signIn(context, demo.portalUrl, role);
  return context;
}

test('somebody is invited, accepts, works, and the open page leaves by itself once they are removed', async ({
  browser,
  demo,
}) => {
  const { portalUrl } = demo;
  const email = 'noor@example.org';
  const admin = await (await contextAs(browser, demo, 'ADMIN')).newPage();
  const theirs = await contextAs(browser, demo, null);
  const noor = await theirs.newPage();

  await test.step('the administrator invites', () =>
    invite(admin, demo, { name: 'Noor', email, role: 'CPO' }));

  await test.step('the link makes an account', async () => {
    const link = await linkMailedTo(noor, demo, email);
    await accept(noor, link);
    const again = await theirs.newPage();
    await again.goto(link);
    await expect(again.getByText('This link is used, expired or mistyped.')).toBeVisible();
    await again.close();
  });

  await test.step('the new member sees the stations and manages nobody', async () => {
    await noor.goto(`${portalUrl}/admin`);
    await expect(noor.getByRole('heading', { name: 'Stations' })).toBeVisible();
    await expect(noor.getByRole('link', { name: 'Organisation', exact: true })).toHaveCount(0);
  });

  await test.step('removed, the open page stops', async () => {
    await admin.goto(`${portalUrl}/organisation`);
    await admin.getByRole('button', { name: 'Remove Noor' }).click();
    // Nothing on the page asks: it leaves because it is told, and not before.
    await expect(noor).toHaveURL(`${portalUrl}/admin`);
    const leaving = noor.waitForRequest(/\/sign-in\?ended/).then(() => Date.now());
    const answered = admin.waitForResponse((response) => response.url().includes('removeMember'));
    await admin.getByRole('button', { name: 'Remove Noor' }).click();
    await answered;
    const removedAt = Date.now();
    const lateMs = (await leaving) - removedAt;
    test.info().annotations.push({ type: 'the page left', description: `after ${lateMs} ms` });
    expect(lateMs).toBeLessThan(LEFT_WITHIN_MS);
    await expect(noor.getByText('your access has ended')).toBeVisible();
    await noor.goto(`${portalUrl}/admin`);
    await expect(noor).toHaveURL(/\/sign-in/);
  });

  await test.step('the record says who did it', async () => {
    await admin.goto(`${portalUrl}/organisation/audit`);
    const rows = admin.getByRole('row');
    await expect(rows.nth(1)).toContainText('Removed a member');
    await expect(rows.nth(1)).toContainText('Alex Administrator');
    await expect(admin.getByRole('row', { name: /Accepted an invitation/ })).toBeVisible();
    const download = admin.waitForEvent('download');
    await admin.getByRole('button', { name: 'Download CSV' }).click();
    const text = await readFile(await (await download).path(), 'utf8');
    expect(text).toContain('organisation.removeMember');
  });
});

test('a mailed link signs in by a tap, once', async ({ browser, demo }) => {
  const page = await (await contextAs(browser, demo, null)).newPage();
  await page.goto(`${demo.portalUrl}/sign-in`);
  const form = page.locator('form').filter({ hasText: 'Without a password' });
  const ask = async (email: string) => {
    await form.getByLabel('E-mail address').fill(email);
    await form.getByRole('button', { name: 'Send me a link' }).click();
    await expect(form.getByText('If this address has an account')).toBeVisible();
  };
  await ask('nobody@example.org');
  await page.reload();
  await ask('cpo@demo.valley');
  const link = await linkMailedTo(page, demo, 'cpo@demo.valley');
  await expect(page.getByText('nobody@example.org')).toHaveCount(0);
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.goto(`${demo.portalUrl}/account`);
  await expect(page.getByText('cpo@demo.valley')).toBeVisible();
  await expect(page.getByText('Signed in by link').first()).toBeVisible();

  const second = await (await contextAs(browser, demo, null)).newPage();
  await second.goto(link);
  await second.getByRole('button', { name: 'Sign in' }).click();
  await expect(second.getByText('This link is used, expired or mistyped.')).toBeVisible();
});

test('a driver takes a copy of their data and has it deleted', async ({ browser, demo }) => {
  const { portalUrl } = demo;
  const email = 'dirk@example.org';
  const admin = await (await contextAs(browser, demo, 'ADMIN')).newPage();
  await invite(admin, demo, { name: 'Dirk Canary', email, role: 'DRIVER' });
  const page = await (await contextAs(browser, demo, null)).newPage();
  await accept(page, await linkMailedTo(page, demo, email));
  await page.goto(`${portalUrl}/account`);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download your data' }).click();
  const copy = await readFile(await (await download).path(), 'utf8');
  expect(copy).toContain('Dirk Canary');
  expect(copy).not.toContain('password_hash');

  await page.getByLabel('Type DELETE to confirm').fill('yes');
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await expect(page.getByText('Type DELETE to confirm.', { exact: true })).toBeVisible();
  await page.getByLabel('Type DELETE to confirm').fill('DELETE');
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.waitForURL((url) => url.pathname !== '/account');
  await page.goto(`${portalUrl}/account`);
  await expect(page).toHaveURL(/\/sign-in/);
  await admin.goto(`${portalUrl}/organisation`);
  await expect(admin.getByText(email)).toHaveCount(0);
});

test('a key is shown once, works over HTTP, and stops when it is revoked', async ({
  browser,
  demo,
}) => {
  const context = await contextAs(browser, demo, 'ADMIN');
  const page = await context.newPage();
  await page.goto(`${demo.portalUrl}/organisation`);
  const section = page.getByRole('region', { name: 'API keys' });
  await section.getByLabel('Name of the key').fill('Meter room');
  await section.getByLabel('See sites, stations and cards').check();
  await section.getByRole('button', { name: 'Make key' }).click();
  const key = (await section.getByText(/^vly_[0-9a-f]{8}_/).textContent()) ?? '';
  const ask = async () =>
    (
      await fetch(`${demo.portalUrl}/api/trpc/fleet.stations`, {
        headers: { authorization: `Bearer ${key}` },
      })
    ).status;
  expect(await ask()).toBe(200);
  await page.reload();
  await expect(page.getByText(key)).toHaveCount(0);
  await section.getByRole('button', { name: 'Revoke the key Meter room' }).click();
  const asked = page.getByRole('alertdialog', { name: 'Revoke the key Meter room?' });
  await asked.getByRole('button', { name: 'Revoke the key Meter room' }).click();
  await expect(section.getByText('revoked')).toBeVisible();
  expect(await ask()).toBe(401);
});

test('no page breaks its own content policy', async ({ browser, demo }) => {
  const broken: string[] = [];
  const visit = async (context: BrowserContext, paths: readonly string[]) => {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) broken.push(message.text());
    });
    for (const path of paths) {
      await page.goto(`${demo.portalUrl}${path}`);
      await expect(page.getByRole('heading').first()).toBeVisible();
      const policy = await page.evaluate(() => {
        // An inline script of somebody else's: it must not run.
        const script = document.createElement('script');
        script.textContent = 'document.body.dataset["stranger"] = "ran"';
        document.body.append(script);
        return document.body.dataset['stranger'] ?? 'stopped';
      });
      expect([path, policy]).toEqual([path, 'stopped']);
    }
    await context.close();
  };
  await visit(await contextAs(browser, demo, null), ['/', '/sign-in', '/sign-in/link', '/setup?token=x']);
  await visit(await contextAs(browser, demo, 'ADMIN'), [
    '/admin',
    '/organisation',
    '/organisation/audit',
    '/account',
  ]);
  await visit(await contextAs(browser, demo, 'DRIVER'), [
    '/driver',
    '/driver/history',
    '/driver/settings',
    '/account',
  ]);
  // The strangers' scripts are reported; anything else would be one of ours.
  expect(broken.filter((text) => !text.includes('inline script'))).toEqual([]);
  expect(broken.length).toBe(12);
});
