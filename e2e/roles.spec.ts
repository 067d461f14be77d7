import type { Locator, Page } from '@playwright/test';
import { expect, signIn, test, type Demo } from './fixtures.ts';

/** Slow enough for the driver's car to be still charging when a limit is set and ended again. */
test.use({ speed: 20 });
// A busy machine opens a dozen pages slowly; none of them is waited for so long.
test.describe.configure({ timeout: 300_000 });

const EURO = /€\d+\.\d\d/;
const LIMIT_KW = 7;

async function enter(page: Page, demo: Demo, card: string): Promise<void> {
  await page.goto(demo.portalUrl);
  await page.getByRole('button', { name: `Open: ${card}` }).click();
}

/** The figure below a label, as a number. */
async function figure(scope: Locator, label: string): Promise<number> {
  const text = await scope.locator('div', { has: scope.page().locator('dt', { hasText: label }) }).last().locator('dd').innerText();
  return Number(/[\d.]+/.exec(text)?.[0] ?? Number.NaN);
}

test('each card of the first page signs in as that person and leads to a page with live figures', async ({ page, demo }) => {
  await demo.plugIn();
  await enter(page, demo, 'Driver');
  await page.waitForURL('**/driver');
  await expect(page.getByRole('button', { name: 'Charge now' })).toBeVisible();

  await enter(page, demo, 'Charge point operator');
  await page.waitForURL('**/admin');
  await expect(page.getByText('VLY-001').first()).toBeVisible();

  await enter(page, demo, 'Mobility provider');
  await page.waitForURL('**/msp');
  await expect(page.getByRole('heading', { name: 'Street Charging (demo), version 1' })).toBeVisible();
  // The demo's past is settled while it starts.
  await expect(page.getByRole('region', { name: 'Month by month' }).getByRole('row').last()).toContainText(EURO);
  await expect(page.getByRole('region', { name: 'Stays' }).getByRole('row')).not.toHaveCount(0);
  await expect(page.getByText('Dana')).toHaveCount(0);

  await enter(page, demo, 'Municipality');
  await page.waitForURL('**/city');
  await expect(page.getByText(/moved out of the hours from 17 to 21|Between 17 and 21/)).toBeVisible();
  expect(await figure(page.getByRole('main'), 'Drivers in 24 h')).toBeGreaterThanOrEqual(5);
  await page.getByRole('link', { name: 'Try more cars, another limit, more drivers taking part' }).click();
  await page.waitForURL('**/what-if**');

  await enter(page, demo, 'Grid operator');
  await page.waitForURL('**/grid');
  await expect(page.getByRole('region', { name: 'Harbour feeder', exact: true })).toContainText('44.0 kW');
  expect(await figure(page.getByRole('region', { name: 'Old Town transformer', exact: true }), 'Charging points below')).toBeGreaterThan(20);
});

test('a provider takes every stay home as a file that holds as many as the months say', async ({ page, context, demo }) => {
  await signIn(context, demo.portalUrl, 'MSP');
  await page.goto(`${demo.portalUrl}/msp`);
  const month = page.getByRole('region', { name: 'Month by month' });
  await expect(month).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'All stays as a file (CSV)' }).click();
  const stream = await (await download).createReadStream();
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  const lines = text.trim().split('\r\n');
  expect(lines[0]).toMatch(/^session_id,operator,/);
  expect(lines.length).toBeGreaterThan(100);
  expect(text).not.toMatch(/Dana|DEMO-/);
});

test('a limit that the grid operator sets is kept by the car below it, and let go when it ends', async ({ browser, page, context, demo }) => {
  await demo.plugIn();
  await signIn(context, demo.portalUrl, 'DRIVER');
  await page.goto(`${demo.portalUrl}/driver`);
  await page.getByRole('button', { name: 'Charge now' }).click();
  const power = async () => (await demo.ownEvse()).powerW;
  await expect.poll(power).toBeGreaterThan(LIMIT_KW * 1_000);

  const operator = await browser.newContext();
  await signIn(operator, demo.portalUrl, 'GRID');
  const grid = await operator.newPage();
  await grid.goto(`${demo.portalUrl}/grid`);
  const feeder = grid.getByRole('region', { name: 'Canal feeder', exact: true });
  await feeder.getByText('Set a limit', { exact: true }).click();
  await feeder.getByRole('textbox', { name: 'Limit, kW' }).fill('much');
  await feeder.getByRole('button', { name: 'Set the limit' }).click();
  await expect(feeder.getByText('Type the limit as a number of kW')).toBeVisible();
  await feeder.getByRole('textbox', { name: 'Limit, kW' }).fill(String(LIMIT_KW));
  await feeder.getByRole('button', { name: 'Set the limit' }).dblclick();
  await expect(feeder.getByText('The limit is set.')).toBeVisible();
  const limits = grid.getByRole('region', { name: 'Limits of Canal feeder' });
  await expect(limits.getByRole('row').filter({ hasText: '7.0 kW' })).toHaveCount(1);
  await expect.poll(power).toBeLessThanOrEqual(LIMIT_KW * 1_000);

  await limits.getByRole('button', { name: /^End it: the limit of 7.0 kW/ }).click();
  await expect(limits).toHaveCount(0);
  await expect.poll(power).toBeGreaterThan(LIMIT_KW * 1_000);
  await page.getByRole('button', { name: 'Back to smart' }).click();
  await operator.close();
});
