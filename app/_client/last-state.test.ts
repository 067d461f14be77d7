import { readFile } from 'node:fs/promises';
import path from 'node:path';
import vm from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stayView } from '#domain/charging/view.test-support.ts';
import { forgetLastState, keepView, keptView } from './last-state.ts';

const SITE = 'http://portal.test';
type Key = string | { url: string };

/** As much of CacheStorage as is used. */
function createCaches() {
  const all = new Map<string, Map<string, Response>>();
  const keyOf = (key: Key) => new URL(typeof key === 'string' ? key : key.url, SITE).pathname;
  return {
    all,
    keys: async () => [...all.keys()],
    delete: async (name: string) => all.delete(name),
    open: async (name: string) => {
      const entries = all.get(name) ?? new Map<string, Response>();
      all.set(name, entries);
      return {
        match: async (key: Key) => entries.get(keyOf(key))?.clone(),
        put: async (key: Key, response: Response) => void entries.set(keyOf(key), response),
        keys: async () => [...entries.keys()],
        delete: async (key: Key) => entries.delete(keyOf(key)),
      };
    },
  };
}

let store: ReturnType<typeof createCaches>;
beforeEach(() => {
  store = createCaches();
  vi.stubGlobal('caches', store);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the last state', () => {
  it('is given back to the same person only, and then dropped', async () => {
    await keepView({ personId: 'a', view: stayView(), asOfMs: 5 });
    expect(await keptView('a')).toMatchObject({ asOfMs: 5, view: { stationId: 'S1' } });
    expect(await keptView('b')).toBeNull();
    expect(await keptView('a')).toBeNull();
  });
  it('is gone after sign-out', async () => {
    await keepView({ personId: 'a', view: null, asOfMs: 5 });
    await forgetLastState();
    expect(store.all.size).toBe(0);
  });
});

type Fetched = { url: string; method: string; mode: string };
type FetchEvent = {
  request: Fetched;
  respondWith(answer: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
};

const code = await readFile(
  path.resolve(import.meta.dirname, '..', '..', 'public', 'sw.js'),
  'utf8',
);

/** Runs public/sw.js with a network of ours; `ask` is null where it leaves a request alone. */
function startWorker(network: (url: string) => Promise<Response>) {
  const listeners = new Map<string, (event: FetchEvent) => void>();
  const scope = {
    location: { origin: SITE },
    addEventListener: (name: string, listener: (event: FetchEvent) => void) => {
      listeners.set(name, listener);
    },
  };
  vm.runInNewContext(code, {
    self: scope,
    caches: store,
    URL,
    setTimeout,
    fetch: (request: Fetched) => network(request.url),
  });
  return async (pathName: string, request: Partial<Fetched> = {}): Promise<Response | null> => {
    const given: { answer: Promise<Response> | null } = { answer: null };
    const works: Promise<unknown>[] = [];
    listeners.get('fetch')?.({
      request: { url: `${SITE}${pathName}`, method: 'GET', mode: 'navigate', ...request },
      respondWith: (answer) => {
        given.answer = answer;
      },
      waitUntil: (work) => void works.push(work),
    });
    const answer = await given.answer;
    await Promise.all(works);
    await Promise.all(works);
    return answer;
  };
}
const offline = () => Promise.reject(new TypeError('Failed to fetch'));
const redirected = () => {
  const response = new Response('sign in');
  Object.defineProperty(response, 'redirected', { value: true });
  return response;
};

describe('the service worker', () => {
  it('answers with the last page when the network is gone', async () => {
    let network = () => Promise.resolve(new Response('stay of 18:05'));
    const ask = startWorker(() => network());
    expect(await (await ask('/driver'))?.text()).toBe('stay of 18:05');
    network = offline;
    expect(await (await ask('/driver'))?.text()).toBe('stay of 18:05');
  });
  it('takes the server’s answer where there is one', async () => {
    let text = 'old';
    const ask = startWorker(() => Promise.resolve(new Response(text)));
    await ask('/driver');
    text = 'new';
    expect(await (await ask('/driver'))?.text()).toBe('new');
  });
  it('passes the page and its files on where nothing can be kept', async () => {
    store.open = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    const ask = startWorker(() => Promise.resolve(new Response('stay')));
    expect(await (await ask('/driver'))?.text()).toBe('stay');
    expect(await (await ask('/_next/static/a.js', { mode: 'cors' }))?.text()).toBe('stay');
  });
  it('shows the last page where the server answers with a fault of its own', async () => {
    let network = () => new Response('stay of 18:05');
    const ask = startWorker(() => Promise.resolve(network()));
    await ask('/driver');
    network = () => new Response('bad gateway', { status: 502 });
    expect(await (await ask('/driver'))?.text()).toBe('stay of 18:05');
  });
  it('keeps no other page, no answer of a procedure and nothing that changes something', async () => {
    const ask = startWorker(() => Promise.resolve(new Response('private')));
    for (const at of ['/driver/history', '/driver/sessions/1', '/admin', '/q/S1/1']) {
      expect(await ask(at)).toBeNull();
    }
    expect(await ask('/api/trpc/charging.current', { mode: 'cors' })).toBeNull();
    expect(await ask('/driver', { method: 'POST' })).toBeNull();
    expect(store.all.size).toBe(0);
  });
  it('drops what it kept once the server sends to the sign-in or refuses', async () => {
    for (const refusal of [redirected, () => new Response('', { status: 401 })]) {
      let network = () => Promise.resolve(new Response('mine'));
      const ask = startWorker(() => network());
      await ask('/driver');
      network = () => Promise.resolve(refusal());
      await ask('/driver');
      network = offline;
      await expect(ask('/driver')).rejects.toThrow('Failed to fetch');
    }
  });
  it('fetches a file of the pages once', async () => {
    const network = vi.fn<() => Promise<Response>>(async () => new Response('code'));
    const ask = startWorker(network);
    await ask('/_next/static/a.js', { mode: 'cors' });
    expect(await (await ask('/_next/static/a.js', { mode: 'cors' }))?.text()).toBe('code');
    expect(network).toHaveBeenCalledTimes(1);
  });
});
