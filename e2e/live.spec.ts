import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { expect, microFrom, test as base } from './fixtures.ts';
import {
  newPlace,
  removePlace,
  runBeside,
  startInstallation,
  type Installation,
} from './installation.ts';
import { ForeignStation } from './foreign-station.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const STATION = 'OTHER-MAKE-1';
const CARD = '04A1B2C3D4';
const PASSWORD = 'a long pass phrase';

const test = base.extend<object, { live: Installation }>({
  live: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures off the pattern.
    async ({}, use) => {
      const place = await newPlace();
      const live = await startInstallation(place, ['start']);
      await use(live);
      await live.stop();
      await removePlace(place);
    },
    { scope: 'worker', timeout: 600_000 },
  ],
});

/** A dear evening until two hours from now, and cheap hours after it. */
function pricesCsv(nowMs: number): string {
  const from = Math.floor(nowMs / QUARTER_MS) * QUARTER_MS - 24 * HOUR_MS;
  const rows = Array.from({ length: 72 * 4 }, (_, index) => {
    const at = from + index * QUARTER_MS;
    return `${new Date(at).toISOString()},15,${at < nowMs + 2 * HOUR_MS ? '250.00' : '20.00'}`;
  });
  return ['start_utc,resolution_min,price_eur_mwh', ...rows, ''].join('\n');
}

function localTime(ms: number): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Amsterdam',
    hour: '2-digit',
    minute: '2-digit',
  });
  return format.format(Math.ceil(ms / 300_000) * 300_000);
}

function setupLink({ greeting, portalUrl }: Installation): string {
  const link = /http\S+\/setup\?token=\S+/.exec(greeting)?.[0];
  if (link === undefined) throw new Error('The first start printed no one-time link.');
  expect(link.startsWith(portalUrl)).toBe(true);
  return link;
}

async function makeSiteAndStation(page: Page): Promise<{ url: string; key: string }> {
  await page.getByLabel('Name of the site').fill('Dock street');
  await page.getByLabel('Price zone').selectOption({ label: 'Netherlands' });
  await page.getByLabel('Sale price, ct per kWh').fill('42');
  await page.getByRole('button', { name: 'Add site' }).click();
  await expect(page.getByText(/^Zone NL, sold at .*42/)).toBeVisible();
  await page.getByLabel('Station id').fill(STATION);
  await page.getByLabel('Power each, kW').fill('11');
  await page.getByRole('button', { name: 'Add station' }).click();
  await expect(
    page.getByRole('heading', { name: `${STATION}: type these into the station now` }),
  ).toBeVisible();
  const value = async (label: string) => {
    const button = page.getByRole('button', { name: `Copy: ${label}`, exact: true });
    return (
      (await page.locator('div').filter({ has: button }).last().locator('code').textContent()) ?? ''
    );
  };
  const [url, key] = [await value('URL'), await value('Key (password)')];
  expect(key.length).toBeGreaterThanOrEqual(16);
  await page.reload();
  await expect(page.getByRole('rowheader', { name: STATION })).toBeVisible();
  expect(await page.content()).not.toContain(key);
  return { url, key };
}

async function linkDriver(page: Page): Promise<string> {
  await page.getByLabel('Name of the mobility provider').fill('Kerb Card');
  await page.getByRole('button', { name: 'Accept the programme' }).click();
  await expect(page.getByText('Version 1 is in force for new stays.')).toBeVisible();
  await page.getByLabel('Number of the card').fill(CARD);
  await page.getByLabel('Driver’s name').fill('Robin Driver');
  await page.getByLabel('Driver’s e-mail address').fill('robin@drivers.example');
  await page.getByRole('button', { name: 'Link card' }).click();
  const link = page.locator('code', { hasText: '/setup?token=' });
  await expect(link).toBeVisible();
  return (await link.textContent()) ?? '';
}

async function enterByInvite(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Welcome, Robin Driver' })).toBeVisible();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.waitForURL('**/driver');
  return page;
}

test('the one-tap sign-ins of the demo do not exist', async ({ live, page, context }) => {
  await page.goto(`${live.portalUrl}/sign-in`);
  await expect(page.getByRole('button')).toHaveText(['Sign in']);
  await expect(page.getByText('DEMO')).toHaveCount(0);
  const providers = await context.request.get(`${live.portalUrl}/api/auth/providers`);
  expect(Object.keys((await providers.json()) as object)).toEqual(['credentials']);
  const { csrfToken } = (await (
    await context.request.get(`${live.portalUrl}/api/auth/csrf`)
  ).json()) as { csrfToken: string };
  await context.request.post(`${live.portalUrl}/api/auth/callback/demo`, {
    form: { role: 'ADMIN', csrfToken, json: 'true' },
    headers: { origin: live.portalUrl },
  });
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('valley.session');
  await page.goto(`${live.portalUrl}/admin`);
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('an empty installation comes to its first settled stay at a station of another make', async ({
  live,
  page,
  browser,
}) => {
  test.setTimeout(180_000);
  const nowMs = Date.now();

  await test.step('the one-time link makes the first administrator, once', async () => {
    const link = setupLink(live);
    await page.goto(link);
    await page.getByLabel('Your organisation').fill('Dock Charging');
    await page.getByLabel('Your name').fill('Sam Admin');
    await page.getByLabel('E-mail address').fill('sam@dock.example');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Make my account' }).click();
    await page.waitForURL('**/admin');
    const other = await (await browser.newContext()).newPage();
    await other.goto(link);
    await expect(other.getByText('This link is used, expired or mistyped.')).toBeVisible();
    await other.context().close();
  });

  const { url, key } = await test.step('a site and a station; its key is shown once', () =>
    makeSiteAndStation(page));
  const invite = await test.step('the programme and a card with its driver', () =>
    linkDriver(page));

  await test.step('prices come from a file', async () => {
    const file = path.join(live.dataDir, 'prices.csv');
    await writeFile(file, pricesCsv(nowMs));
    const { code, text } = await runBeside(live, ['prices', file, '--zone', 'NL']);
    expect(code, text).toBe(0);
    await expect(page.getByText(/NL: published until .+/)).toBeVisible();
  });

  const driver = await test.step('the driver chooses a password', () =>
    enterByInvite(browser, invite));
  await expect(driver.getByText('No stay yet', { exact: true })).toBeVisible();
  const station = await ForeignStation.connect({ url, id: STATION, key });
  try {
    await test.step('the station boots and starts; a first profile lets it charge', async () => {
      await station.boot();
      await expect(page.getByText('Connected', { exact: false }).first()).toBeVisible();
      await station.start(CARD);
      await expect
        .poll(() => station.profile())
        .toMatchObject({
          chargingProfilePurpose: 'TxProfile',
          chargingProfileKind: 'Absolute',
          transactionId: station.transactionId,
        });
      await expect(driver.getByText(`Dock street, station ${STATION}`)).toBeVisible();
      await expect(driver.getByText(/^1\d\.\d kW$/)).toBeVisible();
    });

    await test.step('the driver’s wish makes it wait, and it obeys', async () => {
      await driver.getByLabel('Ready by').fill(localTime(nowMs + 7 * HOUR_MS));
      await driver.getByRole('textbox', { name: 'kWh' }).fill('5');
      await driver.getByRole('button', { name: 'Save wish' }).click();
      await expect.poll(() => station.limitNow()).toBe(0);
      await expect(driver.getByTestId('why')).toContainText(
        'Waiting for cheaper hours: 25.0 ct/kWh now, 2.0 ct/kWh',
      );
      await expect(driver.getByText('0.0 kW', { exact: true })).toBeVisible();
    });

    await test.step('charge now overrules the price', async () => {
      await driver.getByRole('button', { name: 'Charge now' }).click();
      await expect.poll(() => station.limitNow()).toBeGreaterThan(10);
      await expect(driver.getByTestId('why')).toContainText('Charging now, because you asked');
    });

    await test.step('it stops and is settled; the receipt is recomputed', async () => {
      await station.stop(CARD);
      await expect(driver.getByTestId('money-kind')).toHaveText('Final cashback');
      await driver.getByRole('link', { name: 'See the receipt' }).click();
      await expect(driver.getByTestId('receipt-check')).toContainText('matches to the micro-euro');
      expect(microFrom(await driver.getByTestId('cashback').textContent())).toBeGreaterThanOrEqual(
        0,
      );
    });
    await expect(page.getByRole('cell', { name: 'settled', exact: true })).toBeVisible();
  } finally {
    await station.close();
    await driver.context().close();
  }
});
