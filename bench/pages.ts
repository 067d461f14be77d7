import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser } from '@playwright/test';
import playwright from '../playwright.config.ts';
import { startDemo } from './demo-start.ts';
import { measureOpenPages } from './pages-live.ts';
import { visit, type PageSpec, type Visit } from './pages-measure.ts';
import { measureArrival, measureWhatIf } from './pages-what-if.ts';
import { percentile } from './percentile.ts';
import { freePortPair } from './ports.ts';
import { startReport, type Figure } from './report.ts';

const VISITS = 3;
/** The demo's driver is plugged in, plans are made, the first readings are there. */
const STREET_RUNS_MS = 20_000;
const BUDGET = { driverKb: 180, otherKb: 300, lcpMs: 1_500, inpMs: 200, shift: 0.05, firstMs: 300, laterMs: 100 } as const;

const PAGES: readonly (PageSpec & { scriptKb: number })[] = [
  {
    path: '/driver', role: 'DRIVER', scriptKb: BUDGET.driverKb,
    act: async (page) => {
      await page.getByRole('button', { name: /^(Charge now|Back to smart)$/ }).click();
      await page.getByRole('button', { name: 'View as table' }).click();
    },
  },
  {
    path: '/what-if', role: null, scriptKb: BUDGET.otherKb,
    act: async (page) => {
      await page.getByRole('slider', { name: 'Cars', exact: true }).focus();
      for (let press = 0; press < 20; press += 1) await page.keyboard.press('ArrowRight');
      await page.getByRole('button', { name: 'Fewer drivers' }).click();
      await page.getByRole('button', { name: 'View as table' }).click();
    },
  },
  {
    path: '/evidence', role: null, scriptKb: BUDGET.otherKb,
    act: async (page) => {
      for (let press = 0; press < 6; press += 1) await page.keyboard.press('Tab');
      await page.getByRole('heading', { level: 1 }).click();
    },
  },
  {
    path: '/', role: null, scriptKb: BUDGET.otherKb,
    act: async (page) => {
      for (let press = 0; press < 6; press += 1) await page.keyboard.press('Tab');
      await page.getByRole('heading', { level: 1 }).click();
    },
  },
  {
    path: '/admin', role: 'ADMIN', scriptKb: BUDGET.otherKb,
    act: async (page) => {
      await page.getByLabel('Name of the site').pressSequentially('Quay street');
      await page.getByLabel('Price zone').focus();
      await page.keyboard.press('ArrowDown');
    },
  },
];

/** benchPages holds the pages in a real Chromium against their budgets, on a demo of its own. */
export async function benchPages(isJson: boolean): Promise<void> {
  const report = startReport('pages');
  const open = await measureOpenPages();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'valley-bench-'));
  const [port, ocppPort] = [await freePortPair(), await freePortPair()];
  try {
    const demo = await startDemo({ port, ocppPort, dataDir });
    const browser = await chromium.launch({ ...playwright.use?.launchOptions });
    try {
      await sleep(STREET_RUNS_MS);
      const url = `http://localhost:${port}`;
      const { figures, facts } = await measure(browser, url);
      await report.finish({ figures: [...figures, ...open.figures], facts: { ...facts, open: open.facts }, isJson });
    } finally {
      await browser.close();
      await demo.child.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measure(browser: Browser, url: string): Promise<{ figures: Figure[]; facts: object }> {
  const figures: Figure[] = [];
  const facts: Record<string, Visit[]> = {};
  for (const page of PAGES) {
    const visits: Visit[] = [];
    for (let turn = 0; turn < VISITS; turn += 1) visits.push(await visit(browser, url, page));
    facts[page.path] = visits;
    figures.push(...pageFigures(page, visits));
  }
  for (const flat of [0, 50]) {
    const { firstMs, laterMs, longestTaskMs } = await measureWhatIf(browser, url, flat);
    const what = `what-if, 1,000 cars, ${flat === 0 ? 'by price' : 'half way to flat'}`;
    figures.push(
      { name: `${what}: first answer`, value: firstMs, unit: 'ms', goal: { atMost: BUDGET.firstMs }, note: 'after what the server answered, from key to screen' },
      { name: `${what}: later answer`, value: percentile(laterMs, 50), unit: 'ms', goal: { atMost: BUDGET.laterMs }, note: `median of ${laterMs.length}, from key to screen` },
      { name: `${what}: later answer, p95`, value: percentile(laterMs, 95), unit: 'ms', goal: null },
      { name: `${what}: longest task`, value: longestTaskMs, unit: 'ms', goal: null, note: 'of the page, its loading included' },
    );
  }
  const arrival = await measureArrival(browser, url);
  figures.push({
    name: `what-if, ${arrival.cars.toLocaleString('en')} cars, half way to flat: answer on arrival`, value: arrival.ms, unit: 'ms', goal: null,
    note: 'more cars than the server answers for: with the start of the worker and of the page',
  });
  return { figures, facts };
}

function pageFigures({ path: name, scriptKb }: (typeof PAGES)[number], visits: readonly Visit[]): Figure[] {
  const median = (of: (one: Visit) => number) => percentile(visits.map(of), 50);
  const worst = (of: (one: Visit) => number) => Math.max(...visits.map(of));
  const inAll = Math.round(median((one) => one.scriptKbInAll));
  return [
    { name: `${name}: JavaScript before first paint`, value: median((one) => one.scriptKb), unit: 'KB', goal: { atMost: scriptKb }, note: `compressed as sent; ${inAll} KB in all` },
    { name: `${name}: largest paint`, value: median((one) => one.lcpMs), unit: 'ms', goal: { atMost: BUDGET.lcpMs }, note: `median of ${visits.length}, nothing cached` },
    { name: `${name}: longest interaction`, value: worst((one) => one.inpMs), unit: 'ms', goal: { atMost: BUDGET.inpMs }, note: 'worst of all visits' },
    { name: `${name}: layout shift`, value: worst((one) => one.layoutShift), unit: '', goal: { atMost: BUDGET.shift }, note: 'worst of all visits' },
  ];
}
