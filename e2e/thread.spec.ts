import { expect, microFrom, test } from './fixtures.ts';
import type { Page } from '@playwright/test';

// Two simulated minutes a second: the wait for a cheaper hour takes a minute and a half.
test.use({ speed: 120, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

const WISH_KWH = 16;
const READY_AFTER_MS = 3.25 * 3_600_000;
const STEP_MS = 300_000;
/** What the demo's driver has behind them at the first start. */
const PAST_STAYS = 7;

/** The clock of the street, a multiple of five minutes as the field wants it. */
function localTime(ms: number): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Amsterdam',
    hour: '2-digit',
    minute: '2-digit',
  });
  return format.format(Math.ceil(ms / STEP_MS) * STEP_MS);
}

function step(page: Page, name: string) {
  return page
    .getByRole('list', { name: 'Progress of charge now' })
    .getByRole('listitem')
    .filter({ hasText: name });
}

/** The steps of the first page's tour that are ticked off, and the one that is next. */
async function expectTour(page: Page, done: number, next: string | null): Promise<void> {
  const steps = page.getByRole('region', { name: 'Three steps to the first cashback' });
  await expect(steps.getByRole('listitem').filter({ hasText: 'Done.' })).toHaveCount(done);
  const current = steps.locator('[aria-current="step"]');
  if (next === null) await expect(current).toHaveCount(0);
  else await expect(current).toContainText(next);
}

test('on a phone, the first start leads to a stay, charge now and back, and a receipt that this browser recomputes', async ({
  page,
  demo,
}) => {
  test.setTimeout(480_000);
  const { portalUrl } = demo;
  let balanceBefore = 0;
  let cashback = 0;

  await test.step('the first page shows the street and the way to the first cashback', async () => {
    await page.goto(portalUrl);
    await expectTour(page, 1, 'Say when you leave');
    await page.getByRole('button', { name: 'Open: Driver' }).tap();
    await page.waitForURL('**/driver');
  });

  await test.step('one tap shows the stay of the car that plugged in by itself', async () => {
    await expect(async () => {
      await page.goto(`${portalUrl}/driver/history`);
      // A settled stay tells its energy: the balance is complete once all of the past are.
      const settled = page.getByRole('listitem').filter({ hasText: 'kWh' });
      await expect(settled).toHaveCount(PAST_STAYS, { timeout: 1_000 });
    }).toPass();
    balanceBefore = microFrom(await page.getByTestId('balance').textContent());
    await page.getByRole('link', { name: 'Charging', exact: true }).click();
    await expect(page.getByText('Lindenstraat, station VLY-001')).toBeVisible();
    await expect(page.getByTestId('ready')).toContainText(/^Ready about .+ with .+ kWh/);
    await expect(page.getByTestId('why')).toContainText(/harging|heaper hours/);
    await expect(page.getByTestId('money-kind')).toHaveText('Expected cashback');
    await expect(page.getByTestId('cashback')).toHaveText(/^≈ €\d+\.\d\d$/);
    await expect(page.getByText('Synthetic prices').first()).toBeVisible();
  });

  await test.step('the chart is in the first answer, and recharts takes over', async () => {
    const html = await (await page.request.get(`${portalUrl}/driver`)).text();
    expect(html).toContain('Power and price over the stay.');
    const drawn = [...html.matchAll(/<path[^>]* d="(M[^"]+)"/g)].map(([, d]) => d?.length ?? 0);
    expect(Math.max(...drawn)).toBeGreaterThan(200);
    await expect(
      page.getByTestId('stay-drawing').locator('svg.recharts-surface').first(),
    ).toBeVisible();
  });

  // A reload would lose this mark: from here on the page lives by its stream alone.
  await page.evaluate(() => {
    document.body.dataset['mark'] = 'kept';
  });

  await test.step('a wish makes a new plan that the page shows by itself', async () => {
    await page.getByLabel('Ready by').fill(localTime((await demo.nowMs()) + READY_AFTER_MS));
    await page.getByRole('textbox', { name: 'kWh' }).fill(String(WISH_KWH));
    await page.getByRole('button', { name: 'Save wish' }).click();
    await expect(page.getByText('Saved. The plan follows in a moment.')).toBeVisible();
    await expect(page.getByTestId('ready')).toContainText(
      /^Ready \d\d:\d\d, (.+ to spare|just in time)\.$/,
    );
    await expect(page.getByTestId('why')).toContainText('Waiting for cheaper hours');
    expect((await demo.ownEvse()).powerW).toBe(0);
  });

  await test.step('charge now is asked, accepted by the station and measured', async () => {
    await page.getByRole('button', { name: 'Charge now' }).click();
    await expect(step(page, 'Asked')).toHaveAttribute('data-done', 'true');
    await expect(step(page, 'Station accepts')).toHaveAttribute('data-done', 'true');
    await expect(step(page, 'Meter shows power')).toHaveAttribute('data-done', 'true');
    await expect(page.getByTestId('why')).toContainText('Charging now, because you asked');
    await expect(page.getByText('11.0 kW', { exact: true })).toBeVisible();
    expect((await demo.ownEvse()).powerW).toBeGreaterThan(10_000);
  });

  await test.step('it can be undone', async () => {
    await page.getByRole('button', { name: 'Back to smart' }).click();
    await expect(page.getByRole('button', { name: 'Charge now' })).toBeVisible();
    await expect(page.getByTestId('why')).toContainText('Waiting for cheaper hours');
  });

  await test.step('the cheap hours fill the car as wished', async () => {
    await expect(page.getByTestId('ready')).toHaveText(/^Ready: 1[56]\.\d kWh are in the car\.$/, {
      timeout: 150_000,
    });
    const { deliveredMilliWh } = await demo.ownEvse();
    expect(Math.abs(deliveredMilliWh / 1_000_000 - WISH_KWH)).toBeLessThan(0.5);
  });

  await test.step('the car leaves, and the final cashback comes by itself', async () => {
    await demo.plugOutForGood();
    await expect(page.getByTestId('money-kind')).toHaveText('Final cashback');
    await expect(page.getByTestId('cashback')).toHaveText(/^€\d+\.\d\d$/);
    cashback = microFrom(await page.getByTestId('cashback').textContent());
    expect(cashback).toBeGreaterThan(0);
    await expect(page.locator('body[data-mark="kept"]')).toBeAttached();
  });

  await test.step('the operator sees the same stay by one tap, and the driver has it again', async () => {
    const stay = (await page.locator('[data-session-id]').getAttribute('data-session-id')) ?? '';
    const lookAs = page.getByRole('group', { name: 'Look as' });
    await lookAs.getByRole('button', { name: 'Operator' }).tap();
    // However many stays came after it, the list begins with it.
    const place = `/admin?stays=${stay}#stay-${stay}`;
    await page.waitForURL(({ pathname, search, hash }) => `${pathname}${search}${hash}` === place);
    await expect(page.locator(`#stay-${stay}`)).toContainText('settled');
    await lookAs.getByRole('button', { name: 'Driver' }).tap();
    await page.waitForURL('**/driver');
  });

  await test.step('the receipt explains each number and is recomputed here', async () => {
    await page.getByRole('link', { name: 'See the receipt' }).click();
    await expect(page.getByRole('heading', { name: 'Receipt' })).toBeVisible();
    await expect(page.getByTestId('receipt-check')).toContainText('matches to the micro-euro');
    expect(microFrom(await page.getByTestId('cashback').textContent())).toBe(cashback);
    await checkSums(page);
  });

  await test.step('history and balance hold it', async () => {
    await page.getByRole('link', { name: 'Back to history' }).click();
    const newest = page.getByRole('main').getByRole('listitem').first();
    await expect(newest).toContainText('Lindenstraat');
    expect(microFrom(await newest.textContent())).toBe(cashback);
    const balance = microFrom(await page.getByTestId('balance').textContent());
    // Each amount is rounded to the cent for the eye.
    expect(Math.abs(balance - balanceBefore - cashback)).toBeLessThanOrEqual(10_000);
  });

  await test.step('the first page has ticked off the way to the first cashback', async () => {
    await page.goto(portalUrl);
    await expectTour(page, 3, null);
  });
});

/** The receipt's own figures add up, told by nothing but the page. */
async function checkSums(page: Page): Promise<void> {
  const lines = page.getByRole('region', { name: 'How it was computed' });
  const amount = async (label: string): Promise<number> => {
    const row = lines
      .locator('dl > div')
      .filter({ has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) });
    return microFrom(await row.locator('dd').first().textContent());
  };
  const [baseline, actual, saving] = [
    await amount('Cost without our pauses'),
    await amount('Cost as charged'),
    await amount('Saving'),
  ];
  // Cut off at the micro-euro, not rounded.
  expect(Math.abs(baseline - actual - saving)).toBeLessThanOrEqual(1);
  expect(saving).toBeGreaterThan(0);
  const parts = [
    await amount('Your cashback'),
    await amount('Mobility provider'),
    await amount('Charging station operator'),
    await amount('Valley'),
    await amount('Cut by the caps'),
  ];
  expect(parts.reduce((sum, part) => sum + part, 0)).toBe(await amount('Pot'));
  await expect(
    page.getByRole('region', { name: 'Pauses' }).getByRole('listitem').first(),
  ).toBeVisible();
  for (const label of [
    'Energy',
    'Held by Valley',
    'Share paid out',
    'Cap per stay',
    'Cap by the bill',
  ]) {
    await expect(lines.getByText(label, { exact: true })).toBeVisible();
  }
  await page.getByText('Quarter by quarter').click();
  expect(
    await page.getByRole('region', { name: 'Quarter by quarter' }).getByRole('row').count(),
  ).toBeGreaterThan(4);
}
