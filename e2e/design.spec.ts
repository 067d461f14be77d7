import { expect, signIn, test } from './fixtures.ts';

const PAGE = { light: 'rgb(244, 246, 249)', dark: 'rgb(11, 18, 32)' };

test('light or dark is the reader’s choice, and the page comes in it', async ({ browser, demo }) => {
  const context = await browser.newContext({ colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(`${demo.portalUrl}/sign-in`);
  const body = page.locator('body');
  await expect(body).toHaveCSS('background-color', PAGE.light);
  await page.getByRole('contentinfo').getByText('Dark', { exact: true }).click();
  await expect(body).toHaveCSS('background-color', PAGE.dark);

  // Written by the server: it holds before a script runs, and for a browser that runs none.
  const html = await (await context.request.get(`${demo.portalUrl}/sign-in`)).text();
  expect(html).toMatch(/<html[^>]* data-theme="dark"/);
  await page.reload();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();

  await page.getByRole('contentinfo').getByText('As the device', { exact: true }).click();
  await expect(body).toHaveCSS('background-color', PAGE.light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(body).toHaveCSS('background-color', PAGE.dark);
  await context.close();
});

test('menu and dialogs work by keyboard alone and within the content policy', async ({
  browser,
  demo,
}) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  await signIn(context, demo.portalUrl, 'ADMIN');
  const page = await context.newPage();
  const broken: string[] = [];
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) broken.push(message.text());
  });
  await page.goto(`${demo.portalUrl}/admin`);

  await test.step('the menu leads to other pages and changes the appearance', async () => {
    await page.getByRole('button', { name: /^Menu of / }).press('Enter');
    await page.getByRole('menuitemradio', { name: 'Dark' }).press('Enter');
    await expect(page.locator('body')).toHaveCSS('background-color', PAGE.dark);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(0);
  });

  await test.step('a question has the focus on the safe way out, and Escape takes it', async () => {
    const manage = page.getByRole('button', { name: /^Manage / }).first();
    await manage.press('Enter');
    const dialog = page.getByRole('dialog', { name: /^Station / });
    await dialog.getByRole('button', { name: /^New key for / }).press('Enter');
    const question = page.getByRole('alertdialog', { name: /^Make a new key for / });
    await expect(question.getByRole('button', { name: 'Keep it as it is' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(question).toHaveCount(0);
    await expect(dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(manage).toBeFocused();
  });

  await test.step('a list is searched, and its place is in the address', async () => {
    await page.getByRole('searchbox', { name: 'Find a station or site' }).fill('VLY-003');
    await page.getByRole('searchbox', { name: 'Find a station or site' }).press('Enter');
    await page.waitForURL(/[?&]station=VLY-003/);
    await expect(page.getByRole('region', { name: 'Table of stations' }).getByRole('row')).toHaveCount(2);
    await page.getByRole('link', { name: 'Show all' }).click();
    await expect(page.getByRole('button', { name: /^Manage VLY-001/ })).toBeVisible();
  });

  expect(broken).toEqual([]);
  await context.close();
});
