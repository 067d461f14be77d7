import type { Browser, BrowserContext, Page } from '@playwright/test';

/** What one visit of a page showed; times in ms. */
export type Visit = {
  /** Scripts that were asked for before the first paint, as sent (compressed), and all of them in the end. */
  scriptKb: number;
  scriptKbInAll: number;
  lcpMs: number;
  /** Longest of the scripted interactions until its next frame; 0 where none took 16 ms. */
  inpMs: number;
  layoutShift: number;
  /** The longest piece of work that kept the page from answering. */
  longestTaskMs: number;
};

export type PageSpec = {
  path: string;
  role: 'DRIVER' | 'ADMIN' | null;
  /** What a person does on it. */
  act(page: Page): Promise<void>;
};

/** Kept on the page from its first moment: entries that nobody watches are dropped. */
type Seen = { lcpMs: number; inpMs: number; shift: number; taskMs: number };
type Watched = Window & { seenByBench?: Seen };
type EventTiming = PerformanceEntry & { interactionId?: number };
type LayoutShift = PerformanceEntry & { value: number; hadRecentInput: boolean };

const SETTLED_MS = 2_500;
const AFTER_ACTING_MS = 800;

function watch(): void {
  const seen: Seen = { lcpMs: 0, inpMs: 0, shift: 0, taskMs: 0 };
  (window as Watched).seenByBench = seen;
  const observe = (type: string, onEntry: (entry: PerformanceEntry) => void, more: object = {}) => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) onEntry(entry);
    }).observe({ type, buffered: true, ...more });
  };
  observe('largest-contentful-paint', (entry) => { seen.lcpMs = entry.startTime; });
  observe('layout-shift', (entry) => {
    const shift = entry as LayoutShift;
    if (!shift.hadRecentInput) seen.shift += shift.value;
  });
  observe('event', (entry) => {
    if (((entry as EventTiming).interactionId ?? 0) > 0) seen.inpMs = Math.max(seen.inpMs, entry.duration);
  }, { durationThreshold: 16 });
  observe('longtask', (entry) => { seen.taskMs = Math.max(seen.taskMs, entry.duration); });
}

/** contextOf is a browser that has been nowhere yet, signed in where a page needs it. */
export async function contextOf(browser: Browser, url: string, role: PageSpec['role']): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Amsterdam' });
  await context.addInitScript(watch);
  if (role === null) return context;
  const csrf = await context.request.get(`${url}/api/auth/csrf`);
  const { csrfToken } = await csrf.json() as { csrfToken: string };
  const answer = await context.request.post(`${url}/api/auth/callback/demo`, {
    form: { role, csrfToken, json: 'true' }, headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`the demo did not sign in ${role}: ${answer.status()}`);
  return context;
}

/** visit opens a page with nothing cached, does what people do there, and tells what it was like. */
export async function visit(browser: Browser, url: string, spec: PageSpec): Promise<Visit> {
  const context = await contextOf(browser, url, spec.role);
  try {
    const page = await context.newPage();
    await page.goto(`${url}${spec.path}`, { waitUntil: 'load' });
    await page.waitForTimeout(SETTLED_MS);
    const scripts = await page.evaluate(() => {
      const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
      const all = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      const found = all.filter(({ name }) => new URL(name).pathname.endsWith('.js'));
      const kb = (entries: readonly PerformanceResourceTiming[]) => entries.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1_000;
      return { before: kb(found.filter(({ startTime }) => startTime <= painted)), all: kb(found) };
    });
    await spec.act(page);
    await page.waitForTimeout(AFTER_ACTING_MS);
    const seen = await page.evaluate(() => (window as Watched).seenByBench);
    if (seen === undefined || seen.lcpMs === 0) throw new Error(`${spec.path} painted nothing that could be measured`);
    return {
      scriptKb: scripts.before, scriptKbInAll: scripts.all, lcpMs: seen.lcpMs, inpMs: seen.inpMs,
      layoutShift: seen.shift, longestTaskMs: seen.taskMs,
    };
  } finally {
    await context.close();
  }
}
