// Keeps the shell of the page, so that Penny opens without a network and can say so herself.
// The network goes first. What belongs to a person (/api/…) never passes through here.

const SHELL = ["/", "/widget.js", "/web/page.css", "/web/page.js", "/web/logo.svg", "/web/manifest.webmanifest"];
const KEPT = "penny-shell-VERSION";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(SHELL)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("penny-shell-") && name !== KEPT).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || search || !SHELL.includes(pathname)) return;
  event.respondWith(freshOrKept(event.request, pathname));
});

async function freshOrKept(request, pathname) {
  const cache = await caches.open(KEPT);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(pathname, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(pathname);
    if (kept) return kept;
    throw error;
  }
}
