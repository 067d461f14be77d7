import type { Page } from '@playwright/test';
import { expect, signIn, test, type Demo } from './fixtures.ts';

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

test('a driver sees no page of the operator and no stay that is not theirs', async ({
  browser,
  driverPage,
  demo,
}) => {
  const { portalUrl } = demo;
  const operator = await browser.newContext();
  await signIn(operator, portalUrl, 'CPO');
  type Stay = { sessionId: string; driverName: string | null };
  type Stays = { result: { data: { json: { stays: Stay[] } } } };
  const others = async (): Promise<string[]> => {
    const { result } = (await (
      await operator.request.get(`${portalUrl}/api/trpc/fleet.stays`)
    ).json()) as Stays;
    return result.data.json.stays
      .filter(({ driverName }) => driverName === null)
      .map(({ sessionId }) => sessionId);
  };
  await expect.poll(async () => (await others()).length).toBeGreaterThan(0);
  const [other = ''] = await others();

  const texts: string[] = [];
  for (const id of [other, '00000000-0000-4000-8000-000000000000']) {
    await driverPage.goto(`${portalUrl}/driver/sessions/${id}`);
    await expect(
      driverPage.getByRole('heading', { name: 'This page does not exist.' }),
    ).toBeVisible();
    const input = encodeURIComponent(JSON.stringify({ json: { sessionId: id } }));
    const answer = await driverPage.request.get(
      `${portalUrl}/api/trpc/charging.session?input=${input}`,
    );
    expect(answer.status()).toBe(404);
    texts.push((await answer.text()).replaceAll(id, 'ID'));
  }
  expect(texts[0]).toBe(texts[1]);
  await driverPage.goto(`${portalUrl}/admin`);
  await expect(driverPage).toHaveURL(`${portalUrl}/`);
  expect((await driverPage.request.get(`${portalUrl}/api/trpc/fleet.stays`)).status()).toBe(403);
  await operator.close();
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
  const planVersion = async () =>
    Number(/\d+/.exec((await driverPage.getByText(/^Plan \d+: /).textContent()) ?? '')?.[0]);
  const before = await planVersion();
  await kill(demo, 'worker');
  // Another amount than any journey before asked for: the same wish again is no reason to plan.
  await driverPage.getByRole('textbox', { name: 'kWh' }).fill('17');
  await driverPage.getByRole('button', { name: 'Save wish' }).click();
  await expect.poll(planVersion).toBeGreaterThan(before);
  await expect(driverPage.getByText(/^Plan \d+: after your new wish$/)).toBeVisible();
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

test('a second start keeps the data, the sign-in and the stay', async ({ driverPage, demo }) => {
  test.setTimeout(180_000);
  const { portalUrl } = demo;
  const stays = driverPage.getByRole('main').getByRole('listitem');
  const charged = async () =>
    Number.parseFloat((await driverPage.locator('dt:text-is("Charged") + dd').textContent()) ?? '');
  const chargedBefore = await charged();
  await driverPage.goto(`${portalUrl}/driver/history`);
  await expect(stays.first()).toBeVisible();
  const before = await stays.allTextContents();
  await demo.restart();
  await driverPage.goto(`${portalUrl}/driver/history`);
  await expect(stays).toHaveText(before);
  await driverPage.goto(`${portalUrl}/driver`);
  await expect(
    driverPage.getByRole('button', { name: /^(Charge now|Back to smart)$/ }),
  ).toBeVisible();
  expect(await charged()).toBeGreaterThanOrEqual(chargedBefore);
});
