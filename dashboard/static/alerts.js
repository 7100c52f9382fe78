// Keeps the page of alerts new: when the stream says that something changed, the lists are asked for again and
// put in place; what somebody is typing, and a form that is open, stays.

const SETTLED_MS = 4000; // by then it is known who was told
const PATIENCE_MS = 8000;

const live = document.getElementById("board");
const lists = document.querySelectorAll("[data-live]");

const { follow } = await import(live.dataset.following);
const { fill } = await import(live.dataset.patching);
const { call } = await import(live.dataset.calling);

let since = live.dataset.since;
let later = 0;

async function renew() {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.redirected || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const list of lists) {
    const found = fresh.querySelector(`[data-live="${list.dataset.live}"]`);
    if (found) fill(list, found.innerHTML);
  }
}

call(JSON.parse(live.dataset.asking));
follow(live.dataset.stream, live.dataset.worker, live.dataset.shows, {
  since: () => since,
  listens: () => live.dataset.listens === "hidden",
  take: (name, data, id) => {
    if (id) since = id;
    if (name !== "asking") return;
    call(JSON.parse(data).rooms);
    renew().catch(() => {}); // the next change asks again
    clearTimeout(later);
    later = setTimeout(() => renew().catch(() => {}), SETTLED_MS);
  },
  state: () => {},
});
