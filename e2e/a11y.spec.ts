import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { expect, receiptPath, signIn, tapIn, test, type Demo, type DemoRole } from './fixtures.ts';

const MAX_TABS = 80;

/** Every page, by who sees it. A stay that is over is found in the driver's history. */
async function pagesOf(
  role: DemoRole | null,
  context: BrowserContext,
  demo: Demo,
): Promise<string[]> {
  if (role === null) {
    const signingIn = ['/sign-in', '/sign-in/link', '/sign-in/outbox', '/setup?token=used'];
    return ['/', ...signingIn, '/there-is-no-such-page'];
  }
  if (role !== 'DRIVER') {
    return ['/admin', '/account', '/organisation', '/organisation/audit', '/'];
  }
  return ['/driver', '/driver/history', '/driver/settings', await receiptPath(context, demo), '/'];
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  // What the page adds after its first paint is looked at too.
  const chart = page.getByRole('button', { name: 'View as table' });
  if (url.includes('/driver/sessions/') || url.endsWith('/driver')) {
    await expect(page.getByTestId('stay-drawing')).toBeVisible();
    await chart.click();
    await expect(page.getByRole('table').first()).toBeVisible();
  }
}

async function contextFor(
  browser: Browser,
  args: { demo: Demo; role: DemoRole | null; options: Parameters<Browser['newContext']>[0] },
): Promise<BrowserContext> {
  const context = await browser.newContext(args.options);
  if (args.role !== null) await signIn(context, args.demo.portalUrl, args.role);
  return context;
}

for (const role of [null, 'DRIVER', 'ADMIN'] as const) {
  test(`axe finds nothing on the pages of ${role ?? 'a visitor'}, in light and in dark`, async ({
    browser,
    demo,
  }) => {
    // Looking at a page of a thousand elements takes seconds of a busy processor.
    test.setTimeout(300_000);
    await demo.plugIn();
    const context = await contextFor(browser, { demo, role, options: { colorScheme: 'light' } });
    const page = await context.newPage();
    const look = async (path: string, axe: AxeBuilder): Promise<void> => {
      const { violations } = await axe.analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
      );
      expect.soft(found, path).toEqual([]);
    };
    for (const path of await pagesOf(role, context, demo)) {
      await page.emulateMedia({ colorScheme: 'light' });
      await open(page, `${demo.portalUrl}${path}`);
      await expect.soft(page.getByText(/^DEMO: /), path).toBeVisible();
      await look(path, new AxeBuilder({ page }));
      await page.emulateMedia({ colorScheme: 'dark' });
      // The same elements in other colours.
      await look(
        `${path} in dark`,
        new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']),
      );
    }
    await context.close();
  });
}

test('nothing is wider than a screen of 320 px', async ({ browser, demo }) => {
  await demo.plugIn();
  for (const role of [null, 'DRIVER', 'ADMIN'] as const) {
    const context = await contextFor(browser, {
      demo,
      role,
      options: { viewport: { width: 320, height: 640 } },
    });
    const page = await context.newPage();
    for (const path of await pagesOf(role, context, demo)) {
      await open(page, `${demo.portalUrl}${path}`);
      expect
        .soft(await page.evaluate(() => document.documentElement.scrollWidth), path)
        .toBeLessThanOrEqual(320);
    }
    await context.close();
  }
});

test('nothing moves for people who asked for less motion', async ({ browser, demo }) => {
  const slowest = async (reducedMotion: 'reduce' | 'no-preference'): Promise<number> => {
    const context = await contextFor(browser, { demo, role: 'DRIVER', options: { reducedMotion } });
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
