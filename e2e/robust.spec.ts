import type { Browser, Page } from '@playwright/test';
import { expect, signIn, test, told, type Demo } from './fixtures.ts';

const chargeNow = (page: Page) => page.getByRole('button', { name: 'Charge now' });
const backToSmart = (page: Page) => page.getByRole('button', { name: 'Back to smart' });
const step = (page: Page, name: string) =>
  page
    .getByRole('list', { name: 'Progress of charge now' })
    .getByRole('listitem')
    .filter({ hasText: name });

/** Leaves the stay as it was found: one test's wish is not the next one's. */
async function undo(page: Page): Promise<void> {
  await backToSmart(page).click();
  await expect(chargeNow(page)).toBeVisible();
}

async function kill(demo: Demo, role: string): Promise<void> {
  const pid = await demo.pidOf(role);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => demo.pidOf(role).catch(() => pid)).not.toBe(pid);
}

test('a visitor who is not signed in is sent to the sign-in', async ({ page, demo }) => {
  for (const path of [
    '/driver',
    '/driver/history',
    '/driver/settings',
    '/admin',
    '/driver/sessions/00000000-0000-4000-8000-000000000000',
  ]) {
    await page.goto(`${demo.portalUrl}${path}`);
    await expect(page, path).toHaveURL(`${demo.portalUrl}/sign-in`);
  }
});

/** A driver of their own with a card, signed in, whose car stands beside the demo driver's. */
async function neighbour(browser: Browser, demo: Demo): Promise<{ page: Page; sessionId: string }> {
  const { portalUrl } = demo;
  const operator = await browser.newContext();
  await signIn(operator, portalUrl, 'ADMIN');
  const [card, name] = ['NEIGHBOUR-7', 'Nele Neighbour'];
  const linked = await operator.request.post(`${portalUrl}/api/trpc/fleet.linkCard`, {
    data: { json: { email: 'nele@example.org', name, uid: card } },
    headers: { origin: portalUrl },
  });
  type Linked = { result: { data: { json: { inviteToken: string | null } } } };
  const { inviteToken } = ((await linked.json()) as Linked).result.data.json;
  await operator.close();
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${portalUrl}/setup?token=${inviteToken ?? ''}`);
  await page.getByLabel('Password').fill('a long enough password');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.goto(`${portalUrl}/driver`);
  await demo.plugInBeside(card);
  const stay = page.locator('main[data-session-id]');
  await expect(stay).toBeVisible();
  return { page, sessionId: (await stay.getAttribute('data-session-id')) ?? '' };
}

test('a driver sees no page of the operator and no stay of another driver', async ({
  browser,
  driverPage,
  demo,
}) => {
  const { portalUrl } = demo;
  const other = await neighbour(browser, demo);
  const ask = async (page: Page, id: string) => {
    const input = encodeURIComponent(JSON.stringify({ json: { sessionId: id } }));
    return await page.request.get(`${portalUrl}/api/trpc/charging.session?input=${input}`);
  };
  expect((await ask(other.page, other.sessionId)).status()).toBe(200);

  const texts: string[] = [];
  for (const id of [other.sessionId, '00000000-0000-4000-8000-000000000000']) {
    await driverPage.goto(`${portalUrl}/driver/sessions/${id}`);
    await expect(
      driverPage.getByRole('heading', { name: 'This page does not exist.' }),
    ).toBeVisible();
    const answer = await ask(driverPage, id);
    expect(answer.status()).toBe(404);
    texts.push((await answer.text()).replaceAll(id, 'ID'));
  }
  expect(texts[0]).toBe(texts[1]);
  await driverPage.goto(`${portalUrl}/admin`);
  await expect(driverPage).toHaveURL(`${portalUrl}/`);
  expect((await driverPage.request.get(`${portalUrl}/api/trpc/fleet.stays`)).status()).toBe(403);
  await other.page.context().close();
});

test('two quick taps on charge now are one request, and it stays on', async ({ driverPage }) => {
  let asked = 0;
  driverPage.on('request', (request) => {
    if (request.url().includes('charging.chargeNow')) asked += 1;
  });
  await chargeNow(driverPage).dblclick();
  await expect(step(driverPage, 'Station accepts')).toHaveAttribute('data-done', 'true');
  await expect(backToSmart(driverPage)).toBeVisible();
  expect(asked).toBe(1);
  await undo(driverPage);
});

test('a wish waits for a station without its link, and the page says so', async ({
  driverPage,
  demo,
}) => {
  await demo.setLink(false);
  // The page is told at once: by itself it would only look again after half a minute.
  await expect(driverPage.getByTestId('why')).toContainText('The station lost its link', {
    timeout: 15_000,
  });
  await chargeNow(driverPage).click();
  await expect(step(driverPage, 'Asked')).toHaveAttribute('data-done', 'true');
  await expect(step(driverPage, 'Station accepts')).toHaveAttribute('data-done', 'false');
  await expect(driverPage.getByText(/^Last meter value \d+ (min|h).* ago\.$/)).toBeVisible();
  await expect(driverPage.getByText(/^The station has not answered for \d+ s\./)).toBeVisible();
  await demo.setLink(true);
  await expect(step(driverPage, 'Meter shows power')).toHaveAttribute('data-done', 'true');
  await expect(driverPage.getByText(/^Last meter value/)).toBeHidden();
  await undo(driverPage);
});

test('a killed gateway loses neither the stay nor the page', async ({ driverPage, demo }) => {
  const energy = async () => (await demo.ownEvse()).deliveredMilliWh;
  await kill(demo, 'gateway');
  await expect
    .poll(
      async () =>
        (await fetch(`http://127.0.0.1:${demo.ocppPort}/healthz`).catch(() => null))?.status,
    )
    .toBe(200);
  await chargeNow(driverPage).click();
  await expect(step(driverPage, 'Meter shows power')).toHaveAttribute('data-done', 'true');
  const before = await energy();
  await expect.poll(energy).toBeGreaterThan(before);
  await undo(driverPage);
});

test('a killed worker makes its plan as soon as it is back', async ({ driverPage, demo }) => {
  const plansForWishes = () => told(driverPage, 'New plan for the new wish.');
  const before = await plansForWishes();
  await kill(demo, 'worker');
  // Another amount than any journey before asked for: the same wish again is no reason to plan.
  await driverPage.getByRole('textbox', { name: 'kWh' }).fill('17');
  await driverPage.getByRole('button', { name: 'Save wish' }).click();
  await expect.poll(plansForWishes).toBeGreaterThan(before);
});

test('a killed portal is missed and found again without a reload', async ({ driverPage, demo }) => {
  await driverPage.evaluate(() => {
    document.body.dataset['mark'] = 'kept';
  });
  await kill(demo, 'web');
  await expect(driverPage.getByText(/^The live link is lost\./)).toBeVisible();
  await expect(driverPage.getByText(/^The live link is lost\./)).toBeHidden();
  await expect(driverPage.locator('body[data-mark="kept"]')).toBeAttached();
});

test('a car that comes back goes on with its stay, which is not final any more', async ({
  driverPage,
  demo,
}) => {
  const kind = driverPage.getByTestId('money-kind');
  const place = driverPage.getByText('Lindenstraat, station VLY-001');
  await expect(place).toBeVisible();
  await demo.plugOut();
  await expect(kind).toHaveText('Final cashback');
  const plugInAt = await driverPage.locator('dt:text-is("Plugged in") + dd').textContent();
  await demo.plugIn();
  await expect(chargeNow(driverPage)).toBeVisible();
  await expect(kind).toHaveText('Expected cashback');
  expect(await driverPage.locator('dt:text-is("Plugged in") + dd').textContent()).toBe(plugInAt);
});

/** Makes the page believe that its tab was put behind another, or is shown again. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

test('a hidden tab closes its streams; shown again it is live, and nobody is signed out', async ({
  driverPage,
  demo,
}) => {
  const streams = ['charging.live', 'account.presence'];
  // The page that is left asks no more: what is asked from here on is asked by the page that comes.
  await driverPage.goto('about:blank');
  const asked = streams.map((name) =>
    driverPage.waitForRequest((request) => request.url().includes(name)),
  );
  await driverPage.goto(`${demo.portalUrl}/driver`);
  await Promise.all(asked);
  const closed = streams.map((name) =>
    driverPage.waitForEvent('requestfailed', (request) => request.url().includes(name)),
  );
  await setHidden(driverPage, true);
  await Promise.all(closed);
  let opened = 0;
  driverPage.on('request', (request) => {
    if (streams.some((name) => request.url().includes(name))) opened += 1;
  });
  // The driver asks elsewhere; this tab is not told.
  const elsewhere = await driverPage.context().newPage();
  await elsewhere.goto(`${demo.portalUrl}/driver`);
  await chargeNow(elsewhere).click();
  await expect(step(elsewhere, 'Station accepts')).toHaveAttribute('data-done', 'true');
  await elsewhere.close();
  expect(opened).toBe(0);
  await expect(chargeNow(driverPage)).toBeVisible();

  await setHidden(driverPage, false);
  await expect(backToSmart(driverPage)).toBeVisible();
  expect(opened).toBe(streams.length);
  await expect(driverPage).toHaveURL(`${demo.portalUrl}/driver`);
  await undo(driverPage);
});

test('a page left open over a restart goes on by itself, and nothing is lost', async ({
  driverPage,
  demo,
}) => {
  test.setTimeout(180_000);
  const { portalUrl } = demo;
  const charged = async () =>
    Number.parseFloat((await driverPage.locator('dt:text-is("Charged") + dd').textContent()) ?? '');
  const chargedBefore = await charged();
  const history = await driverPage.context().newPage();
  const stays = history.getByRole('main').getByRole('listitem');
  await history.goto(`${portalUrl}/driver/history`);
  await expect(stays.first()).toBeVisible();
  const before = await stays.allTextContents();
  // A reload would lose this mark.
  await driverPage.evaluate(() => {
    document.body.dataset['mark'] = 'kept';
  });

  const restarted = demo.restart();
  await expect(driverPage.getByText(/^The live link is lost\./)).toBeVisible();
  await restarted;
  await expect(driverPage.getByText(/^The live link is lost\./)).toBeHidden();
  await chargeNow(driverPage).click();
  await expect(step(driverPage, 'Station accepts')).toHaveAttribute('data-done', 'true');
  await undo(driverPage);
  expect(await charged()).toBeGreaterThanOrEqual(chargedBefore);
  await expect(driverPage.locator('body[data-mark="kept"]')).toBeAttached();

  await history.goto(`${portalUrl}/driver/history`);
  await expect(stays).toHaveText(before);
  await history.close();
});
