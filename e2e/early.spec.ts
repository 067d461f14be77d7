import type { Page } from '@playwright/test';
import { expect, signIn, test, type Demo } from './fixtures.ts';

/** No blank in it: an address would hold it letter by letter. */
const PASSWORD = 'early-bird-password';
const EMAIL = 'erik@example.org';

const SCRIPTS = /\/_next\/static\/.+\.js/;

/** A slow phone: what is returned lets the scripts of the page come. */
async function holdScripts(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  await page.route(SCRIPTS, async (route) => {
    await promise;
    await route.continue();
  });
  return () => {
    resolve(undefined);
  };
}

async function openEarly(page: Page, url: string): Promise<{ release: () => void; broken: string[] }> {
  const broken: string[] = [];
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) broken.push(message.text());
  });
  const release = await holdScripts(page);
  // The page is complete only when its scripts are there.
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  return { release, broken };
}

/** A driver with a password, made without a page. */
async function makeDriver(page: Page, { portalUrl }: Demo): Promise<void> {
  const ask = async (procedure: string, given: object) => {
    const answer = await page.request.post(`${portalUrl}/api/trpc/${procedure}`, {
      data: { json: given },
      headers: { origin: portalUrl },
    });
    expect(answer.ok(), procedure).toBe(true);
    return (await answer.json()) as { result: { data: { json: { inviteToken?: string } } } };
  };
  await signIn(page.context(), portalUrl, 'ADMIN');
  const card = { uid: 'EARLY-1', name: 'Erik Early', email: EMAIL };
  const { result } = await ask('fleet.linkCard', card);
  await page.context().clearCookies();
  const token = result.data.json.inviteToken ?? '';
  await ask('setup.acceptInvite', { token, password: PASSWORD });
}

test('charge now, tapped twice before the page has its script, is asked once and not lost', async ({
  browser,
  driverPage,
  demo,
}) => {
  // The stay is open, and this browser keeps no script of the page yet.
  await expect(driverPage.getByRole('button', { name: 'Charge now' })).toBeVisible();
  const context = await browser.newContext();
  await signIn(context, demo.portalUrl, 'DRIVER');
  const page = await context.newPage();
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().includes('charging.chargeNow')) asked += 1;
  });
  const { release, broken } = await openEarly(page, `${demo.portalUrl}/driver`);
  const chargeNow = page.getByRole('button', { name: 'Charge now' });
  await chargeNow.dblclick();
  expect(asked).toBe(0);
  release();
  const backToSmart = page.getByRole('button', { name: 'Back to smart' });
  await expect(backToSmart).toBeVisible();
  const steps = page.getByRole('list', { name: 'Progress of charge now' });
  const accepted = steps.getByRole('listitem').filter({ hasText: 'Station accepts' });
  await expect(accepted).toHaveAttribute('data-done', 'true');
  expect(asked).toBe(1);
  expect(broken).toEqual([]);
  await backToSmart.click();
  await expect(chargeNow).toBeVisible();
  await context.close();
});

test('a password sent before the page has its script signs in, and no address ever holds it', async ({
  page,
  demo,
}) => {
  await makeDriver(page, demo);
  const addresses: string[] = [];
  page.on('request', (request) => {
    addresses.push(request.url());
  });
  const { release, broken } = await openEarly(page, `${demo.portalUrl}/sign-in`);
  const form = page.locator('form').filter({ has: page.getByLabel('Password') });
  const enter = async (password: string) => {
    await form.getByLabel('Password').fill(password);
    await form.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  await form.getByLabel('E-mail address').fill(EMAIL);
  await enter('early-wrong-password');
  release();
  await expect(form.getByRole('alert')).toContainText(/\w/);
  await expect(form.getByLabel('E-mail address')).toHaveValue(EMAIL);

  const again = await openEarly(page, `${demo.portalUrl}/sign-in`);
  await form.getByLabel('E-mail address').fill(EMAIL);
  await enter(PASSWORD);
  again.release();
  await page.waitForURL(`${demo.portalUrl}/`);
  await page.goto(`${demo.portalUrl}/account`);
  await expect(page.getByText(EMAIL).first()).toBeVisible();
  expect(addresses.filter((address) => address.includes(PASSWORD))).toEqual([]);
  expect(broken).toEqual([]);
});

test('a wish typed and saved before the page has its script is the wish that is kept', async ({
  browser,
  driverPage,
  demo,
}) => {
  await expect(driverPage.getByLabel('Ready by')).toBeVisible();
  const context = await browser.newContext();
  await signIn(context, demo.portalUrl, 'DRIVER');
  const page = await context.newPage();
  const { release, broken } = await openEarly(page, `${demo.portalUrl}/driver`);
  await page.getByLabel('Ready by').fill('08:45');
  await page.getByRole('textbox', { name: 'kWh' }).fill('19');
  await page.getByRole('button', { name: 'Save wish' }).click();
  release();
  await expect(page.getByText('Saved. The plan follows in a moment.')).toBeVisible();
  await page.unroute(SCRIPTS);
  await page.reload();
  await expect(page.getByLabel('Ready by')).toHaveValue('08:45');
  await expect(page.getByRole('textbox', { name: 'kWh' })).toHaveValue('19');
  expect(broken).toEqual([]);
  await context.close();
});

test('a role of the first page, chosen before the page has its script, is entered', async ({
  page,
  demo,
}) => {
  const { release, broken } = await openEarly(page, demo.portalUrl);
  await page.getByRole('button', { name: 'Open: Driver' }).click();
  release();
  await page.waitForURL('**/driver');
  expect(broken).toEqual([]);
});
