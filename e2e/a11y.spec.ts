import type { Locator, Page } from '@playwright/test';
import { expect, signIn, tapIn, test } from './fixtures.ts';

const MAX_TABS = 80;

test('nothing moves for people who asked for less motion', async ({ browser, demo }) => {
  const slowest = async (reducedMotion: 'reduce' | 'no-preference'): Promise<number> => {
    const context = await browser.newContext({ reducedMotion });
    await signIn(context, demo.portalUrl, 'DRIVER');
    const page = await context.newPage();
    await page.goto(`${demo.portalUrl}/driver`);
    // What the page shows while it loads is the one thing that moves.
    const seconds = await page.evaluate(() => {
      const skeleton = document.createElement('div');
      skeleton.className = 'skeleton';
      document.body.append(skeleton);
      const { animationDuration, transitionDuration } = getComputedStyle(skeleton);
      return Math.max(Number.parseFloat(animationDuration), Number.parseFloat(transitionDuration));
    });
    await context.close();
    return seconds;
  };
  expect(await slowest('no-preference')).toBeGreaterThan(1);
  expect(await slowest('reduce')).toBeLessThan(0.001);
});

async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let count = 0; count < MAX_TABS; count += 1) {
    await page.keyboard.press('Tab');
    const isThere = await target
      .evaluate((element) => element === document.activeElement)
      .catch(() => false);
    if (!isThere) continue;
    const outline = await target.evaluate((element) =>
      Number.parseFloat(getComputedStyle(element).outlineWidth),
    );
    expect(outline, 'the focus is visible').toBeGreaterThanOrEqual(2);
    return;
  }
  throw new Error(`${String(target)} is not reached with ${MAX_TABS} presses of Tab.`);
}

test('a keyboard is enough from sign-in to the receipt', async ({ page, demo }) => {
  await demo.plugIn();
  const press = async (target: Locator): Promise<void> => {
    await tabTo(page, target);
    await page.keyboard.press('Enter');
  };
  await page.goto(`${demo.portalUrl}/sign-in`);
  await press(page.getByRole('main').getByRole('button', { name: 'Driver', exact: true }));
  await page.waitForURL('**/driver');
  await expect(page.getByTestId('stay-drawing')).toBeVisible();

  await press(page.getByRole('button', { name: 'Charge now' }));
  const accepted = page.getByRole('listitem').filter({ hasText: 'Station accepts' });
  await expect(accepted).toHaveAttribute('data-done', 'true');
  await page.getByRole('button', { name: 'Back to smart' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Charge now' })).toBeVisible();

  await tabTo(page, page.getByLabel('Ready by'));
  // With or without AM and PM, as the browser's language has it.
  await page.keyboard.type('0730AM');
  await tabTo(page, page.getByRole('textbox', { name: 'kWh' }));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('18');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Saved. The plan follows in a moment.')).toBeVisible();
  await tabTo(page, page.getByText('Why did it do that?'));
  await page.keyboard.press('Enter');
  await expect(page.getByText('New plan for the new wish.').first()).toBeVisible();

  await press(page.getByRole('link', { name: 'History', exact: true }));
  await page.waitForURL('**/driver/history');
  await press(page.getByRole('main').getByRole('link').filter({ hasText: '€' }).first());
  await expect(page.getByTestId('receipt-check')).toContainText('matches to the micro-euro');
});

test('the page says itself what changes', async ({ page, demo }) => {
  await demo.plugIn();
  await tapIn(page, demo.portalUrl, 'DRIVER');
  await expect(page.locator('[aria-live="polite"]')).toContainText(/\w/);
  const drawing = page.getByRole('application', { name: 'Power, kW' });
  await expect(drawing.locator('desc')).toHaveText(/The same figures are in the table below\.$/);
});
