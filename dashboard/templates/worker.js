// Shows the page for no connection where there is none, and alerts that come by push; all else goes to the
// house as ever.

const SHELL = "luchtig-shell";
const OFFLINE = "/offline";
const KEPT = {{ kept|tojson }};
const ICON = {{ icon|tojson }};

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

addEventListener("push", (event) => event.waitUntil(show(event.data)));

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.path ?? "/"));
});

// What comes later of the same takes the place of what is shown. A browser wants to see something of every
// message, so that what cannot be read is told as well.
async function show(data) {
  let told = {};
  try {
    told = data?.json() ?? {};
  } catch {
    // as good as none
  }
  const { title = "Luchtig", body = "", path = "/", tag = "", language = "" } = told;
  await registration.showNotification(title, {
    body,
    tag,
    renotify: tag !== "",
    lang: language,
    icon: ICON,
    data: { path },
  });
}

async function lead(path) {
  const meant = new URL(path, location.origin);
  const address = meant.origin === location.origin ? meant.href : `${location.origin}/`;
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((window) => window.url === address);
  return there ? there.focus() : clients.openWindow(address);
}

async function keep() {
  await caches.delete(SHELL);
  const shell = await caches.open(SHELL);
  await shell.addAll([OFFLINE, ...KEPT]);
}
