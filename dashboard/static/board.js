// Keeps a board new. The stream only says that something changed; what to show comes from the server
// as rendered HTML, so that words are written in one place. At most one question a second.

const GATHER_MS = 60;
const APART_MS = 1000;
const LIVE_MS = 15000;
const POLL_MS = 5000;
const STREAM_AGAIN_MS = 30000;
const PATIENCE_MS = 8000;
const OLD_MS = 90000;
const LOOK_MS = 5000;

const board = document.getElementById("board");
const lost = document.getElementById("lost");
const announce = document.getElementById("announce");
const doubted = document.getElementById("doubted");

let streaming = false;
let asked = -APART_MS;
let timer = 0;
let due = 0;
let asking = false;
let again = false;
let heard = Date.now(); // by the clock of the wall: it goes on while a screen sleeps

// Something changed: ask, but not more than once a second.
function soon() {
  if (asking) again = true;
  else refreshIn(Math.max(GATHER_MS, asked + APART_MS - performance.now()));
}

// A time of day goes on and a gateway may fall silent without any event.
function later() {
  refreshIn(streaming ? LIVE_MS : POLL_MS);
}

function refreshIn(wait) {
  const wanted = performance.now() + wait;
  if (timer && due <= wanted) return;
  clearTimeout(timer);
  due = wanted;
  timer = setTimeout(refresh, wait);
}

async function refresh() {
  timer = 0;
  asking = true;
  asked = performance.now();
  try {
    const answer = await fetch(board.dataset.fragment, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { "Accept": "text/html" },
    });
    if (answer.redirected) location.reload(); // logged out
    if (!answer.ok) throw new Error(`${answer.status}`);
    const assets = answer.headers.get("Luchtig-Assets");
    show(await answer.text());
    heard = Date.now();
    lost.hidden = true;
    if (assets && assets !== board.dataset.assets) location.reload(); // a newer program serves us
  } catch {
    tellLost();
  } finally {
    asking = false;
    if (again) {
      again = false;
      soon();
    } else {
      later();
    }
  }
}

function tellLost() {
  if (!lost.hidden) return;
  lost.querySelector("time").textContent = board.querySelector("time")?.textContent ?? "";
  lost.hidden = false;
}

// What nobody has confirmed for so long is known no more: a screen that is cut off must not look healthy.
function doubt() {
  if (Date.now() - heard < OLD_MS) return;
  tellLost();
  for (const [, card] of cardsOf(board)) {
    if (card.dataset.doubted) continue;
    card.dataset.doubted = "yes";
    card.dataset.level = "unknown";
    card.querySelector(".band").replaceChildren(doubted.content.cloneNode(true));
    for (const figure of card.querySelectorAll(".figures b")) figure.textContent = "—";
  }
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const focused = document.activeElement?.closest?.("[data-key]")?.dataset.key;
  const shown = new Map(cardsOf(board));
  const news = [];
  for (const [key, card] of cardsOf(fresh)) {
    const old = shown.get(key);
    if (old && old.dataset.announce !== card.dataset.announce) {
      card.classList.add("changed");
      news.push(card.dataset.announce);
    } else if (old && same(old, card)) {
      old.classList.remove("changed"); // or it would move again
      card.replaceWith(old);
    }
  }
  board.replaceChildren(...fresh.childNodes);
  if (focused) board.querySelector(`[data-key="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
  if (news.length) announce.textContent = news.join(". ");
}

function cardsOf(root) {
  return [...root.querySelectorAll("[data-key]")].map((card) => [card.dataset.key, card]);
}

function same(old, card) {
  return old.dataset.level === card.dataset.level && old.innerHTML === card.innerHTML;
}

function follow() {
  const stream = new EventSource(board.dataset.stream);
  stream.addEventListener("open", () => {
    streaming = true;
    soon();
  });
  stream.addEventListener("room", soon);
  stream.addEventListener("error", () => {
    streaming = false;
    soon();
    // A stream that is full or refused is closed for good: ask again later, and poll until then.
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, STREAM_AGAIN_MS);
  });
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  doubt();
  soon();
});
setInterval(doubt, LOOK_MS);
later();
follow();
