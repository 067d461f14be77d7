import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { expect, receiptPath, signIn, test, type Demo, type DemoRole } from './fixtures.ts';
import { openRelay } from './relay.ts';

/** Kept after `npm test`, for people to look at: every page, as phone and desktop, light and dark. */
const FOLDER = path.resolve(import.meta.dirname, '..', '.valley', 'screens');
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1_280, height: 800 } } as const;
/** Drawings follow a new width within this. */
const DRAWN_MS = 400;
/** Characters of a card that are asked for at the kerb. */
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
const PAGES: Readonly<Partial<Record<DemoRole, readonly Shown[]>>> = {
  DRIVER: [
    { name: 'driver', path: '/driver', ready: drawn('stay-drawing') },
    { name: 'driver-history', path: '/driver/history' },
    { name: 'driver-settings', path: '/driver/settings' },
    { name: 'account', path: '/account' },
  ],
  ADMIN: [
    { name: 'admin', path: '/admin' },
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

/** A page that tells what broke in it. */
async function watched(browser: Browser): Promise<{ page: Page; broken: string[] }> {
  const context = await browser.newContext({ viewport: SIZES.desktop });
  const page = await context.newPage();
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(`${page.url()}: ${error.message}`));
  return { page, broken };
}

async function show(page: Page, url: string, shown: Shown): Promise<void> {
  await page.goto(`${url}${shown.path}`);
  await expect(page.getByRole('heading').first()).toBeVisible();
  await shown.ready?.(page);
  await keep(page, shown.name);
}

test.beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
});

async function showAll(page: Page, demo: Demo, role: DemoRole | null): Promise<void> {
  if (role !== null) await signIn(page.context(), demo.portalUrl, role);
  const all = role === null ? VISITOR : (PAGES[role] ?? []);
  for (const shown of all) await show(page, demo.portalUrl, shown);
  if (role !== 'DRIVER') return;
  const receipt = await receiptPath(page.context(), demo);
  await show(page, demo.portalUrl, { name: 'receipt', path: receipt, ready: drawn('stay-drawing') });
}

for (const role of [null, 'DRIVER', 'ADMIN', 'CPO', 'GRID', 'MSP', 'MUNICIPALITY', 'PLATFORM'] as const) {
  test(`nothing breaks on the pages of ${role ?? 'a visitor'}, and each is kept as a picture`, async ({
    browser,
    demo,
  }) => {
    test.setTimeout(600_000);
    await demo.plugIn();
    const { page, broken } = await watched(browser);
    await showAll(page, demo, role);
    await page.context().close();
    expect(broken).toEqual([]);
  });
}

test('nothing breaks on the page at the kerb, and it is kept as a picture with and without a stay', async ({
  browser,
  demo,
}) => {
  // The place beside the driver's, from an address of its own: another journey locks the usual ones.
  const card = await demo.plugInBeside();
  const relay = await openRelay('127.0.0.3', demo.portalPort);
  const { page, broken } = await watched(browser);
  await show(page, relay.url, { name: 'kerb', path: '/q/VLY-001/2' });
  await page.getByLabel('Last 4 characters of the card that started it').fill(card.slice(-END_LENGTH));
  await page.getByRole('button', { name: 'Show my stay' }).click();
  await expect(page.getByTestId('kerb-ready')).toBeVisible();
  await keep(page, 'kerb-stay');
  await page.context().close();
  relay.close();
  expect(broken).toEqual([]);
});
