// Keeps the driver's page usable without a connection: the page as it was last answered, and the
// files it is made of. Registered for /driver only, so nobody else's page passes through here; what
// is a person's own is dropped at sign-out, at sign-in, and when the server sends to the sign-in.

const OWN = 'valley-own-2';
const FILES = 'valley-files-1';
const KEPT_PAGES = new Set(['/driver']);
const FILE_PATH = '/_next/static/';
/** On a bad connection the last state is worth more than a white page. */
const PATIENCE_MS = 5_000;
/** A new version of the pages brings new files; the oldest go. */
const FILES_MAX = 120;
/** From here on an answer is the server's fault, not the page. */
const FAULT = 500;

self.addEventListener('install', () => {
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      const old = names.filter((name) => name.startsWith('valley-') && name !== OWN && name !== FILES);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (KEPT_PAGES.has(url.pathname)) event.respondWith(page(event, url.pathname));
  } else if (url.pathname.startsWith(FILE_PATH)) {
    event.respondWith(file(event));
  }
});

/** From the server where it answers; else the last answer of the same page. */
async function page(event, path) {
  const answer = fetch(event.request).then((response) => {
    // A full storage is no reason to hold back or lose a page that came.
    event.waitUntil(keep(path, response.clone(), response.redirected).catch(() => undefined));
    return response;
  });
  // It is answered while it is being fetched, and what is kept afterwards must be told of in time.
  event.waitUntil(answer.catch(() => undefined));
  const late = new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS);
  });
  const first = await Promise.race([answer.catch(() => undefined), late]);
  if (first !== undefined && first.status < FAULT) return first;
  const kept = await (await caches.open(OWN)).match(path);
  return kept ?? answer;
}

async function keep(path, response, isRedirected) {
  // A redirect is the way to the sign-in: this person is signed out, here or elsewhere.
  const isSignedOut = isRedirected || response.type === 'opaqueredirect';
  if (isSignedOut || response.status === 401 || response.status === 403) {
    await caches.delete(OWN);
  } else if (response.ok) {
    await (await caches.open(OWN)).put(path, response);
  }
}

/** Their names change with their content, so a kept one is never old. */
async function file(event) {
  const { request } = event;
  const kept = await keptFile(request).catch(() => undefined);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) event.waitUntil(keepFile(request, response.clone()).catch(() => undefined));
  return response;
}

async function keptFile(request) {
  return await (await caches.open(FILES)).match(request);
}

async function keepFile(request, response) {
  const files = await caches.open(FILES);
  await files.put(request, response);
  const names = await files.keys();
  await Promise.all(names.slice(0, Math.max(0, names.length - FILES_MAX)).map((name) => files.delete(name)));
}
