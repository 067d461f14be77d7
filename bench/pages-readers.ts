import { Agent, request, type IncomingMessage } from 'node:http';
import { percentile } from './percentile.ts';

const CONNECTING_AT_ONCE = 20;
const OPEN_LIMIT_MS = 120_000;
/** How a picture begins on the wire; pings have none of it. */
const PICTURE = Buffer.from('data: {"json"');

export type ReadersJob =
  /** Opens one page's stream for each cookie and waits until each has its first picture. */
  | { type: 'open'; portalUrl: string; cookies: readonly string[] }
  /** Counts from now on. */
  | { type: 'count' }
  | { type: 'tell' }
  | { type: 'close' };

export type ReadersTold = {
  open: number;
  pictures: number;
  bytes: number;
  /** Between two pictures of one page, ms; a page without any counts with the whole time. */
  gapP50: number;
  gapP99: number;
};

type Page = { isOpen: boolean; pictures: number; lastMs: number; close(): void };
type Count = { sinceMs: number; pictures: number; bytes: number; gaps: number[] };

/** runReaders holds the streams of many pages in a process of its own, as their browsers would. */
export async function runReaders(): Promise<void> {
  const pages: Page[] = [];
  const count: Count = { sinceMs: 0, pictures: 0, bytes: 0, gaps: [] };
  const work = async (job: ReadersJob): Promise<unknown> => {
    switch (job.type) {
      case 'open': return await openAll(job, pages, count);
      case 'count':
        Object.assign(count, { sinceMs: performance.now(), pictures: 0, bytes: 0, gaps: [] });
        return null;
      case 'tell': return tell(pages, count);
      case 'close':
        for (const page of pages.splice(0)) page.close();
        return null;
    }
  };
  process.on('message', (message) => {
    work(message as ReadersJob).then(
      (result) => process.send?.({ result: result ?? null }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  await new Promise<void>((resolve) => { process.once('disconnect', resolve); });
  process.exit(0);
}

async function openAll(
  job: Extract<ReadersJob, { type: 'open' }>, pages: Page[], count: Count,
): Promise<{ firstP99: number }> {
  const waiting = job.cookies.values();
  const first: number[] = [];
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, async () => {
    for (const cookie of waiting) {
      const askedMs = performance.now();
      const page = openPage(job.portalUrl, cookie, count);
      pages.push(page);
      while (page.pictures === 0) {
        if (performance.now() - askedMs > OPEN_LIMIT_MS) throw new Error('a page got no first picture');
        await new Promise((resolve) => { setTimeout(resolve, 5); });
      }
      first.push(performance.now() - askedMs);
    }
  }));
  return { firstP99: percentile(first, 99) };
}

const agent = new Agent({ keepAlive: false, maxSockets: Infinity });

function openPage(portalUrl: string, cookie: string, count: Count): Page {
  const input = encodeURIComponent(JSON.stringify({ json: { sessionId: null } }));
  const url = `${portalUrl}/api/trpc/charging.live?input=${input}`;
  const asked = request(url, { agent, headers: { cookie, accept: 'text/event-stream' } }, (answer) => { read(answer); });
  const page: Page = { isOpen: false, pictures: 0, lastMs: 0, close: () => { asked.destroy(); } };
  asked.on('error', () => { page.isOpen = false; });
  asked.end();
  const read = (answer: IncomingMessage) => {
    page.isOpen = answer.statusCode === 200;
    answer.on('data', (chunk: Buffer) => {
      count.bytes += chunk.length;
      if (!chunk.includes(PICTURE)) return;
      const nowMs = performance.now();
      if (page.pictures > 0) count.gaps.push(nowMs - page.lastMs);
      page.pictures += 1;
      page.lastMs = nowMs;
      count.pictures += 1;
    });
    answer.on('close', () => { page.isOpen = false; });
    answer.on('error', () => { page.isOpen = false; });
  };
  return page;
}

function tell(pages: readonly Page[], count: Count): ReadersTold {
  const nowMs = performance.now();
  const without = pages.filter(({ lastMs }) => lastMs < count.sinceMs).map(() => nowMs - count.sinceMs);
  const gaps = [...count.gaps, ...without];
  return {
    open: pages.filter(({ isOpen }) => isOpen).length, pictures: count.pictures, bytes: count.bytes,
    gapP50: percentile(gaps, 50), gapP99: percentile(gaps, 99),
  };
}
