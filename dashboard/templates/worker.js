// Shows the page for no connection where there is none; all else goes to the house as ever.

const SHELL = "luchtig-shell";
const OFFLINE = "/offline";
const KEPT = {{ kept|tojson }};

addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => skipWaiting()));
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(OFFLINE)) ?? Response.error()));
  } else if (KEPT.some((address) => request.url.endsWith(address))) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});

async function keep() {
  await caches.delete(SHELL);
  const shell = await caches.open(SHELL);
  await shell.addAll([OFFLINE, ...KEPT]);
}
