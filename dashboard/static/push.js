// Has this browser told of alerts, also while no page is open. The words stand in the page, by their name.

const holder = document.querySelector("[data-push]");
const ask = holder?.querySelector("[data-ask]");
const says = holder?.querySelector("[role=alert]");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function tell(name) {
  const sentence = holder.querySelector(`template[data-says="${name}"]`) ?? holder.querySelector('template[data-says="failed"]');
  says.textContent = sentence.content.textContent.trim();
  says.hidden = false;
}

async function subscribed() {
  await navigator.serviceWorker.register("/worker.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  return { pushManager, found: await pushManager.getSubscription() };
}

// As the house numbers them, so that the page need not hold where each is.
async function number({ endpoint }) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join("").slice(0, 32);
}

function isOurs({ options }) {
  const key = options?.applicationServerKey;
  return !key || String(new Uint8Array(key)) === String(bytes(holder.dataset.push));
}

async function begin() {
  if (!isSecureContext) return tell("insecure");
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return tell("unable");
  const { found } = await subscribed();
  const line = found && isOurs(found) && holder.querySelector(`[data-number="${await number(found)}"]`);
  if (!line) {
    ask.hidden = false;
    return;
  }
  line.querySelector(".mark-own").hidden = false;
  line.querySelector("[data-remove]").addEventListener("submit", async (event) => {
    event.preventDefault();
    await found.unsubscribe().catch(() => {}); // the house forgets it either way
    event.target.submit();
  });
}

async function keep(subscription) {
  const fields = new FormData(ask);
  const answer = await fetch(holder.dataset.keep, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": holder.dataset.token },
    body: JSON.stringify({ subscription, label: fields.get("label"), venues: fields.getAll("venues") }),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error ?? "failed");
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("denied");
  const { pushManager, found } = await subscribed();
  if (found && !isOurs(found)) await found.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(holder.dataset.push) });
}

ask?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = ask.querySelector("button");
  button.disabled = true;
  says.hidden = true;
  try {
    const made = await subscribe();
    await keep(made.toJSON());
    location.hash = "push";
    location.reload();
  } catch (error) {
    tell(error.message);
    button.disabled = false;
  }
});

if (ask) begin().catch(() => tell("unable"));
