import type { Browser, Page } from '@playwright/test';
import { contextOf } from './pages-measure.ts';

const CARS = 1_000;
const LIMIT_KW = 900;
const MOVES = 32;
/** Round and round: each changes the setting, and none runs into its end. */
const KEYS = ['PageDown', 'ArrowRight', 'PageUp', 'ArrowLeft'] as const;
const ANSWER_LIMIT_MS = 20_000;
const BETWEEN_MOVES_MS = 150;

/** How long answers took, ms, from the change (the first: from the question) to the screen. */
export type WhatIfTimes = { firstMs: number; laterMs: number[]; longestTaskMs: number };

async function answers(page: Page): Promise<number[]> {
  return await page.evaluate(() => performance.getEntriesByName('what-if answer').map(({ duration }) => duration));
}

async function waitForAnswers(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => performance.getEntriesByName('what-if answer').length >= wanted, count, { timeout: ANSWER_LIMIT_MS },
  );
}

/**
 * measureWhatIf asks about 1,000 cars by moving a slider as a keyboard does, as soon as the drawing of
 * what the server answered is there.
 * @param flat weight of a flat load: 0 is the plan by price alone.
 */
export async function measureWhatIf(browser: Browser, url: string, flat: number): Promise<WhatIfTimes> {
  const context = await contextOf(browser, url, null);
  try {
    const page = await context.newPage();
    await page.goto(`${url}/what-if?cars=${CARS}&limit=${LIMIT_KW}&flat=${flat}`, { waitUntil: 'load' });
    await page.getByTestId('what-if-drawing').waitFor();
    const slider = page.getByRole('slider', { name: 'Drivers who take part' });
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await waitForAnswers(page, 1);
    const before = (await answers(page)).length;
    for (let move = 0; move < MOVES; move += 1) {
      const known = (await answers(page)).length;
      await page.keyboard.press(KEYS[move % KEYS.length] ?? 'ArrowLeft');
      await waitForAnswers(page, known + 1);
      await page.waitForTimeout(BETWEEN_MOVES_MS);
    }
    const all = await answers(page);
    const longestTaskMs = await page.evaluate(() => (window as Window & { seenByBench?: { taskMs: number } }).seenByBench?.taskMs ?? 0);
    return { firstMs: all[0] ?? Infinity, laterMs: all.slice(before), longestTaskMs };
  } finally {
    await context.close();
  }
}

/** Above what the server answers for by itself. */
const MANY_CARS = 2_000;

/**
 * measureArrival opens a link that the browser has to answer: ms from its first script to the screen,
 * with the start of the worker and of everything else on the page in it.
 */
export async function measureArrival(browser: Browser, url: string): Promise<{ cars: number; ms: number }> {
  const context = await contextOf(browser, url, null);
  try {
    const page = await context.newPage();
    await page.goto(`${url}/what-if?cars=${MANY_CARS}&limit=${2 * LIMIT_KW}&flat=50`, { waitUntil: 'load' });
    await waitForAnswers(page, 1);
    return { cars: MANY_CARS, ms: (await answers(page))[0] ?? Infinity };
  } finally {
    await context.close();
  }
}
