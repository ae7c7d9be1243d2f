// Keeps the pages of tours for when there is no network: each with all that it shows, in a store of its own.
// It answers for nothing but pages below /tour/ and what these load, and always asks the network first.

const FORM = 'festivity-tour-';
const PREFIX = `${FORM}1 `; // another number forgets what was kept in another way
const MOST_PAGES = 12;
const MOST_RESOURCES = 400;
const SCOPE = new URL('./', self.location).pathname;
const SHOWN_BY_PAGES = /^\/(static|frames|tiles)\//;

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('message', (event) => {
  const { page, resources } = event.data ?? {};
  if (isOwn(page) && Array.isArray(resources)) event.waitUntil(keep(page, resources, event.source));
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(pageOf(request));
  else if (SHOWN_BY_PAGES.test(url.pathname)) event.respondWith(networkFirst(request));
});

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(FORM) && !name.startsWith(PREFIX)).map((name) => caches.delete(name)));
  await self.clients.claim();
}

function isOwn(page) {
  const url = new URL(page ?? '', self.location);
  return url.origin === self.location.origin && url.pathname.startsWith(SCOPE);
}

/** Fetches everything first, so that a page is kept whole or stays as it was. */
async function keep(page, resources, client) {
  const addresses = [...new Set(resources)].filter((address) => SHOWN_BY_PAGES.test(new URL(address, page).pathname)).slice(0, MOST_RESOURCES);
  try {
    const answer = await fetch(page, { headers: { 'X-Kept': '1' }, redirect: 'error', cache: 'no-store' });
    if (!answer.ok) {
      await caches.delete(PREFIX + page);
      return;
    }
    const shown = await Promise.all(addresses.map((address) => fetch(address, { cache: 'force-cache' })));
    await caches.delete(PREFIX + page);
    const store = await caches.open(PREFIX + page);
    await store.put(page, answer);
    await Promise.all(shown.map((one, at) => (one.ok ? store.put(addresses[at], one) : null)));
    await forgetOldest();
    client?.postMessage({ kept: page });
  } catch {
    client?.postMessage({ notKept: page });
  }
}

async function forgetOldest() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(names.slice(0, Math.max(0, names.length - MOST_PAGES)).map((name) => caches.delete(name)));
}

async function pageOf(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await keptOf(request.url);
    if (kept) return kept;
    const latest = (await caches.keys()).filter((name) => name.startsWith(PREFIX)).pop();
    if (new URL(request.url).pathname === SCOPE && !new URL(request.url).search && latest) return Response.redirect(latest.slice(PREFIX.length));
    throw error;
  }
}

async function networkFirst(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await keptOf(request.url);
    if (kept) return kept;
    throw error;
  }
}

async function keptOf(address) {
  const url = new URL(address);
  url.hash = '';
  for (const name of (await caches.keys()).reverse()) {
    if (name.startsWith(PREFIX)) {
      const found = await (await caches.open(name)).match(url.href, { ignoreVary: true });
      if (found) return found;
    }
  }
  return null;
}
