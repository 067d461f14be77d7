import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { expect, receiptPath, signIn, test, type Demo, type DemoRole } from './fixtures.ts';
import { openRelay } from './relay.ts';

/** Kept after `npm test`, for people to look at: every page, as phone and desktop, light and dark. */
const FOLDER = path.resolve(import.meta.dirname, '..', '.valley', 'screens');
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1_280, height: 800 } } as const;
const NARROW = { width: 320, height: 640 } as const;
/** Drawings follow a new width within this. */
const DRAWN_MS = 400;
const END_LENGTH = 4;

type Shown = { name: string; path: string; ready?: (page: Page) => Promise<void> };

const drawn = (testId: string) => (page: Page) => expect(page.getByTestId(testId)).toBeVisible();

const VISITOR: readonly Shown[] = [
  { name: 'landing', path: '/' },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'sign-in-link', path: '/sign-in/link' },
  { name: 'outbox', path: '/sign-in/outbox' },
  { name: 'setup-used', path: '/setup?token=used' },
  { name: 'what-if', path: '/what-if', ready: drawn('what-if-drawing') },
  { name: 'evidence', path: '/evidence' },
  { name: 'not-found', path: '/there-is-no-such-page' },
];
const PAGES: Readonly<Record<DemoRole, readonly Shown[]>> = {
  DRIVER: [
    { name: 'driver', path: '/driver', ready: drawn('stay-drawing') },
    { name: 'driver-history', path: '/driver/history' },
    { name: 'driver-settings', path: '/driver/settings' },
    { name: 'account-driver', path: '/account' },
    { name: 'landing-driver', path: '/' },
  ],
  ADMIN: [
    { name: 'landing-admin', path: '/' },
    { name: 'admin', path: '/admin' },
    { name: 'account', path: '/account' },
    { name: 'organisation', path: '/organisation' },
    { name: 'organisation-audit', path: '/organisation/audit' },
  ],
  CPO: [{ name: 'kerb-labels', path: '/q/sheet?station=VLY-001' }],
  GRID: [{ name: 'grid', path: '/grid' }],
  MSP: [{ name: 'msp', path: '/msp' }],
  MUNICIPALITY: [{ name: 'city', path: '/city' }],
  PLATFORM: [{ name: 'platform', path: '/organisation' }],
};

/** Keeps the page as it stands in both sizes and themes. */
async function keep(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await page.waitForTimeout(DRAWN_MS);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const file = path.join(FOLDER, `${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
    }
  }
}

/** What is folded away, and what a chart says as a table, is read by somebody too. */
async function unfold(page: Page): Promise<void> {
  const folds = page.locator('main details:not([open]) > summary');
  for (let left = await folds.count(); left > 0; left -= 1) await folds.first().click();
  for (const chart of await page.getByRole('button', { name: 'View as table' }).all()) {
    await chart.click();
    await expect(page.getByRole('table').first()).toBeVisible();
  }
  await expect(page.locator('main .skeleton')).toHaveCount(0);
}

async function findings(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Axe finds nothing on a desk and on the narrowest phone, in light and in dark, and that need not scroll sideways. */
async function check(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await unfold(page);
  expect.soft(await findings(new AxeBuilder({ page })), name).toEqual([]);
  await page.setViewportSize(NARROW);
  await page.waitForTimeout(DRAWN_MS);
  expect.soft(await findings(new AxeBuilder({ page })), `${name} on a phone`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  // The same elements in other colours.
  const inDark = new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']);
  expect.soft(await findings(inDark), `${name} in dark`).toEqual([]);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect.soft(width, name).toBeLessThanOrEqual(NARROW.width);
}

/** A page that tells what broke in it. */
async function watched(browser: Browser): Promise<{ page: Page; broken: string[] }> {
  const context = await browser.newContext({ viewport: SIZES.desktop });
  const page = await context.newPage();
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(`${page.url()}: ${error.message}`));
  return { page, broken };
}

async function show(page: Page, url: string, shown: Shown): Promise<void> {
  await page.setViewportSize(SIZES.desktop);
  await page.goto(`${url}${shown.path}`);
  await expect(page.getByRole('heading').first()).toBeVisible();
  await expect.soft(page.getByText(/^DEMO: /), shown.name).toBeVisible();
  await shown.ready?.(page);
  await keep(page, shown.name);
}

test.beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
});

async function pagesOf(page: Page, demo: Demo, role: DemoRole | null): Promise<readonly Shown[]> {
  if (role === null) return VISITOR;
  await signIn(page.context(), demo.portalUrl, role);
  if (role !== 'DRIVER') return PAGES[role];
  const receipt = await receiptPath(page.context(), demo);
  return [...PAGES.DRIVER, { name: 'receipt', path: receipt, ready: drawn('stay-drawing') }];
}

for (const role of [null, 'DRIVER', 'ADMIN', 'CPO', 'GRID', 'MSP', 'MUNICIPALITY', 'PLATFORM'] as const) {
  test(`the pages of ${role ?? 'a visitor'} break nothing, are read by axe and fit on 320 px; each is kept as a picture`, async ({
    browser,
    demo,
  }) => {
    // Looking at a page of a thousand elements takes seconds of a busy processor.
    test.setTimeout(600_000);
    await demo.plugIn();
    const { page, broken } = await watched(browser);
    for (const shown of await pagesOf(page, demo, role)) {
      await show(page, demo.portalUrl, shown);
      await check(page, shown.name);
    }
    await page.context().close();
    expect(broken).toEqual([]);
  });
}

test('the page at the kerb does so too, with and without a stay', async ({ browser, demo }) => {
  // The place beside the driver's, from an address of its own: another journey locks the usual ones.
  const card = await demo.plugInBeside();
  const relay = await openRelay('127.0.0.3', demo.portalPort);
  const { page, broken } = await watched(browser);
  await show(page, relay.url, { name: 'kerb', path: '/q/VLY-001/2' });
  await check(page, 'kerb');
  await page.getByLabel('Last 4 characters of the card that started it').fill(card.slice(-END_LENGTH));
  await page.getByRole('button', { name: 'Show my stay' }).click();
  await expect(page.getByTestId('kerb-ready')).toBeVisible();
  await keep(page, 'kerb-stay');
  await check(page, 'kerb with a stay');
  await page.context().close();
  relay.close();
  expect(broken).toEqual([]);
});
