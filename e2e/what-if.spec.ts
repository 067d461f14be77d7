import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

async function figuresOf(page: Page): Promise<string> {
  return (await page.getByTestId('figures').innerText()).replace(/\s+/g, ' ');
}

async function openWhatIf(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByTestId('what-if-drawing')).toBeVisible();
}

test('a slider changes the figures, and the link reproduces them', async ({ demo, page, browser }) => {
  await openWhatIf(page, `${demo.portalUrl}/what-if`);
  const before = await figuresOf(page);
  const share = page.getByRole('slider', { name: 'Drivers who take part' });
  await expect(share).toHaveAttribute('aria-valuetext', '80 percent');
  await share.focus();
  await page.keyboard.press('Home');
  await expect(share).toHaveAttribute('aria-valuetext', '0 percent');
  await expect(page.getByTestId('finding')).toHaveText('Nobody takes part, so nothing changes.');
  expect(await figuresOf(page)).not.toBe(before);

  await page.getByLabel('Number of cars').fill('300');
  await page.getByRole('button', { name: 'More drivers' }).click();
  await page.getByLabel('Limit in kilowatts, 0 for none').fill('250');
  await expect(page.getByRole('slider', { name: 'Limit for all cars together' })).toHaveValue('250');
  await expect(page).toHaveURL(/share=10/);
  await expect(page).toHaveURL(/cars=300.*limit=250/);
  await expect(page.getByTestId('payout')).not.toContainText('of 0');
  const changed = await figuresOf(page);

  const other = await browser.newPage();
  await openWhatIf(other, page.url());
  await expect(other.getByLabel('Number of cars')).toHaveValue('300');
  await expect.poll(() => figuresOf(other)).toBe(changed);
  await other.close();
});

test('the worker in the browser answers as the server does', async ({ demo, page, browser }) => {
  const query = 'cars=400&limit=350&share=60&unsure=60';
  const scriptless = await browser.newContext({ javaScriptEnabled: false });
  const plain = await scriptless.newPage();
  await plain.goto(`${demo.portalUrl}/what-if?${query}`);
  const fromServer = await figuresOf(plain);
  await scriptless.close();

  await openWhatIf(page, `${demo.portalUrl}/what-if?${query}`);
  const share = page.getByLabel('Drivers who take part, in percent');
  await share.fill('0');
  await expect(page.getByTestId('finding')).toHaveText(/^Nobody/);
  await share.fill('60');
  await expect.poll(() => figuresOf(page)).toBe(fromServer);
});

test('bad values in a link fall to the initial ones, and the page says which', async ({
  demo,
  page,
}) => {
  await page.goto(`${demo.portalUrl}/what-if?cars=many&share=55&day=1999-01-01`);
  await expect(page.getByRole('note')).toContainText('(Cars)');
  await expect(page.getByRole('note')).toContainText('no recorded stays of that day');
  await expect(page.getByLabel('Number of cars')).toHaveValue('500');
  await expect(page.getByLabel('Drivers who take part, in percent')).toHaveValue('55');
});

test('many cars are blended in the browser, and the page stays usable', async ({ demo, page }) => {
  await openWhatIf(page, `${demo.portalUrl}/what-if?cars=5000&limit=4000&flat=50`);
  await expect(page.getByTestId('finding')).toHaveText(/^The limit is kept/);
  await page.getByRole('button', { name: 'More weight on price' }).click();
  await expect(page.getByLabel('Weight of a flat load in percent')).toHaveValue('40');
  await expect(page.getByTestId('progress')).toHaveCount(0);
});

test('the answer is taken along as CSV and as PNG', async ({ demo, page }) => {
  await openWhatIf(page, `${demo.portalUrl}/what-if?cars=100&limit=120`);
  const take = async (name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const csv = await take('Download CSV');
  expect(csv.name).toBe('valley-what-if.csv');
  const text = csv.bytes.toString('utf8');
  expect(text).toContain('# /what-if?cars=100&limit=120');
  expect(text).toMatch(/\n2026-11-18T11:00:00Z,\d+,\d+,120000,70\.89\n/);
  const png = await take('Download PNG');
  expect(png.name).toBe('valley-what-if.png');
  expect(png.bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect(png.bytes.readUInt32BE(16)).toBe(1_200);
  expect(png.bytes.length).toBeGreaterThan(20_000);
});

test('the evidence of the demo is a table of figures, each explained, labelled synthetic', async ({
  demo,
  page,
}) => {
  await page.goto(`${demo.portalUrl}/what-if`);
  await page.getByRole('link', { name: 'What the stays of this installation show' }).click();
  await expect(page.getByRole('heading', { name: 'Evidence', exact: true })).toBeVisible();
  await expect(page.getByTestId('source')).toContainText('made up');
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^saving / }) });
  await expect(row.getByRole('cell').first()).toHaveText(/^\d+\.\d %$/);
  await expect(page.getByText('npm run backtest -- --sessions')).toBeVisible();
});
