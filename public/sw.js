// Keeps the driver's page usable without a connection: the page as it was last answered, and the
// files it is made of. Registered for /driver only, so nobody else's page passes through here; what
// is a person's own is dropped at sign-out, at sign-in, and when the server sends to the sign-in.

const OWN = 'valley-own-1';
const FILES = 'valley-files-1';
const KEPT_PAGES = new Set(['/driver']);
const FILE_PATH = '/_next/static/';
/** On a bad connection the last state is worth more than a white page. */
const PATIENCE_MS = 5_000;
/** A new version of the pages brings new files; the oldest go. */
const FILES_MAX = 120;

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
    if (KEPT_PAGES.has(url.pathname)) event.respondWith(page(request, url.pathname));
  } else if (url.pathname.startsWith(FILE_PATH)) {
    event.respondWith(file(request));
  }
});

/** From the server where it answers; else the last answer of the same page. */
async function page(request, path) {
  const answer = fetch(request).then(async (response) => {
    await keep(path, response);
    return response;
  });
  const late = new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS);
  });
  const first = await Promise.race([answer.catch(() => undefined), late]);
  if (first !== undefined) return first;
  const kept = await (await caches.open(OWN)).match(path);
  return kept ?? answer;
}

async function keep(path, response) {
  // A redirect is the way to the sign-in: this person is signed out, here or elsewhere.
  const isSignedOut = response.redirected || response.type === 'opaqueredirect';
  if (isSignedOut || response.status === 401 || response.status === 403) {
    await caches.delete(OWN);
  } else if (response.ok) {
    await (await caches.open(OWN)).put(path, response.clone());
  }
}

/** Their names change with their content, so a kept one is never old. */
async function file(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) {
    await files.put(request, response.clone());
    const names = await files.keys();
    await Promise.all(names.slice(0, Math.max(0, names.length - FILES_MAX)).map((name) => files.delete(name)));
  }
  return response;
}
