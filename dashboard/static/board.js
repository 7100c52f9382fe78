// Keeps a board new: what changed comes over the stream, rendered by the server, and is put in its place
// part by part. What a visitor holds (a selection, an open panel, a card under the finger) stays.

const POLL_MS = 5000;
const LOST_MS = 2000;
const PATIENCE_MS = 8000;
const OLD_MS = 90000;
const LOOK_MS = 5000;
const LOAD_APART_MS = 60000;
const TOGETHER_MS = 100;
const KEEP_AFTER_MS = 1000; // first the board, then what keeps it for later
const ACT_MS = 1500; // a room that asks for somebody moves up so soon …
const ACT_AT_LAST_MS = 4500; // … and so late at last, though the board is touched
const REST_MS = 5000; // others move when nobody touched the board for so long

const board = document.getElementById("board");
const lost = document.getElementById("lost");
const announce = document.getElementById("announce");
const doubted = document.getElementById("doubted");
const blank = document.getElementById("card");

let stream = null;
let timer = 0;
let heard = Date.now(); // by the clock of the wall: it goes on while a screen sleeps
let touched = -REST_MS;
let pressed = false;
let since = board.dataset.since;
let doubting = false;
let asking = false;
let news = [];
let telling = 0;

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (document.hidden) return;
  doubt(); // before anything is asked
  if (!stream?.isOpen()) timer = setTimeout(poll, POLL_MS);
});
setInterval(doubt, LOOK_MS); // whatever of the rest fails

const HEARD = { passive: true, capture: true };
for (const kind of ["pointerdown", "pointermove", "wheel", "scroll", "keydown"]) {
  addEventListener(kind, () => (touched = performance.now()), HEARD);
}
// A finger that scrolls is no pointer any more, though it is there.
for (const [kind, down] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) {
  addEventListener(kind, ({ pointerType }) => (pressed = pointerType === "touch" ? pressed : down), HEARD);
}
for (const kind of ["touchstart", "touchend", "touchcancel"]) {
  addEventListener(kind, ({ touches }) => (pressed = touches.length > 0), HEARD);
}
addEventListener("blur", () => (pressed = false));

const [{ follow }, { fill, put, sign }] = await Promise.all(
  [board.dataset.following, board.dataset.patching].map((address) => import(address)),
);
sign(board);
stream = follow(board.dataset.stream, board.dataset.worker, board.dataset.shows, {
  since: () => (doubting ? "" : since), // what was taken back has to be told anew
  listens: () => board.dataset.listens === "hidden", // rings or counts though nobody looks
  take,
  state: (streaming) => {
    clearTimeout(timer);
    if (!streaming && !document.hidden) timer = setTimeout(poll, 200);
  },
});

// What comes over the stream

const TAKEN = {
  head: ({ venue, parts, assets, rooms }) => {
    if (assets && assets !== board.dataset.assets) loadAgain(); // a newer program serves us
    if (rooms) {
      doubting = asking = false; // it is all told
      for (const [key, card] of cardsOf(board)) if (!rooms.includes(key)) card.remove();
    }
    if (!venue) put(board, parts);
    else if (sectionOf(venue)) put(sectionOf(venue).querySelector(".venue-head"), parts);
  },
  card: ({ key, rank, level, announce: said, parts }) => {
    const card = cardOf(key) ?? newCard(key);
    if (!card) return;
    if (level) card.dataset.level = level;
    if (said) say(card, said);
    delete card.dataset.doubted;
    put(card, parts);
    if (Number(card.dataset.rank) === rank) return;
    const sooner = !(Number(card.dataset.rank) <= rank);
    card.dataset.rank = rank;
    settle(sooner && card.dataset.level === "act");
  },
  asking: ({ rooms, alerts }) => call(rooms, alerts),
  gone: ({ key }) => cardOf(key)?.remove(),
  air: ({ key, html }) => {
    const panel = board.querySelector(`[data-air="${CSS.escape(key)}"]`);
    if (panel) fill(panel, html);
  },
  point: (told) => document.dispatchEvent(new CustomEvent("luchtig:point", { detail: told })),
  beat: () => {},
};

function take(name, data, id) {
  TAKEN[name]?.(JSON.parse(data));
  if (id) since = id;
  wasHeard();
  if (doubting && !asking) {
    asking = true;
    stream.again();
  }
}

// Once a minute at most: of two programs behind one address each could take the other for the newer.
function loadAgain() {
  const last = Number(sessionStorage.getItem("luchtig:loaded"));
  if (Date.now() - last < LOAD_APART_MS) return;
  sessionStorage.setItem("luchtig:loaded", Date.now());
  location.reload();
}

function wasHeard() {
  heard = Date.now();
  lost.hidden = true;
}

function newCard(key) {
  const venue = key.split("/")[0];
  if (!blank || ![venue, "*"].includes(board.dataset.shows)) return null;
  const cards = sectionOf(venue)?.querySelector(".cards");
  if (!cards) {
    loadAgain(); // a venue that is new to the page
    return null;
  }
  const card = blank.content.firstElementChild.cloneNode(true);
  card.dataset.key = key;
  card.dataset.rank = "Infinity";
  const link = card.querySelector("h2 a");
  if (link) link.href = `/rooms/${key}`;
  cards.querySelector(":scope > .empty")?.remove();
  cards.append(card);
  return card;
}

function say(card, said) {
  if (card.dataset.announce && card.dataset.announce !== said) {
    card.classList.remove("changed");
    void card.offsetWidth; // so that it moves again
    card.classList.add("changed");
    news.push(said);
    telling ||= setTimeout(tellNews, TOGETHER_MS);
  }
  card.dataset.announce = said;
}

function tellNews() {
  announce.textContent = news.join(". ");
  news = [];
  telling = 0;
}

function cardOf(key) {
  return board.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

function sectionOf(venue) {
  return board.querySelector(`[data-venue="${CSS.escape(venue)}"]`);
}

function cardsOf(root) {
  return [...root.querySelectorAll("[data-key]")].map((card) => [card.dataset.key, card]);
}

// What is needed seldom loads when it is: how somebody is called, and how a button does its work in place.

function call(rooms, alerts) {
  document.dispatchEvent(new CustomEvent("luchtig:alerts", { detail: alerts }));
  import(board.dataset.calling).then(({ call }) => call(rooms));
}

const first = board.querySelector("[data-asking]")?.dataset;
if (first && (first.asking !== "[]" || localStorage.getItem("luchtig:rings"))) {
  call(JSON.parse(first.asking), first.alerts);
}
if (board.dataset.kept) setTimeout(() => import(board.dataset.kept), KEEP_AFTER_MS);
const rings = document.getElementById("rings");
if (rings) {
  rings.hidden = false;
  rings.addEventListener("click", async ({ target }) => (await import(board.dataset.calling)).toggle(target));
}

addEventListener("submit", async (event) => {
  if (!event.target.matches(".acts")) return;
  event.preventDefault();
  const { act } = await import(board.dataset.acting);
  act(event.target, event.submitter);
});

// The order of the cards: what needs somebody moves up soon, all else when the board rests, and nothing
// under a finger.

let settling = 0;
let urgent = false;
let asked = 0;

function settle(isUrgent) {
  if (!settling) asked = performance.now();
  if (isUrgent && !urgent) {
    urgent = true;
    asked = performance.now();
    clearTimeout(settling);
    settling = 0;
  }
  settling ||= setTimeout(arrangeIfResting, isUrgent ? ACT_MS : REST_MS);
}

function arrangeIfResting() {
  const now = performance.now();
  const rested = now - touched > (urgent ? ACT_MS : REST_MS);
  const isLate = urgent && now - asked >= ACT_AT_LAST_MS;
  if (pressed || !(rested || isLate)) {
    settling = setTimeout(arrangeIfResting, 250);
    return;
  }
  const wasUrgent = urgent;
  settling = 0;
  urgent = false;
  for (const cards of board.querySelectorAll(".cards")) arrange(cards, wasUrgent);
  if (wasUrgent) settle(false);
}

function arrange(cards, actsAlone) {
  const before = [...cards.children];
  const level = (card) => (actsAlone ? Number(card.dataset.level !== "act") : 0);
  const rank = (card) => (level(card) ? 0 : Number(card.dataset.rank));
  const wanted = [...before].sort((a, b) => level(a) - level(b) || rank(a) - rank(b));
  if (wanted.every((card, at) => card === before[at])) return;
  const focused = document.activeElement;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
  wanted.forEach((card, at) => {
    if (cards.children[at] !== card) cards.insertBefore(card, cards.children[at] ?? null);
  });
  if (focused !== document.activeElement) focused.focus({ preventScroll: true });
  if (anchorNode && cards.contains(anchorNode) && cards.contains(focusNode)) {
    getSelection().setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset);
  }
}

// Without a stream: the whole board now and then, put in place in the same way.

async function poll() {
  try {
    const answer = await fetch(board.dataset.fragment, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { "Accept": "text/html" },
    });
    if (answer.redirected || answer.status === 410) location.reload(); // logged out, or its link taken back
    if (!answer.ok) throw new Error(`${answer.status}`);
    show(await answer.text());
    wasHeard();
  } catch {
    tellLost();
  }
  clearTimeout(timer);
  if (!stream.isOpen() && !document.hidden) timer = setTimeout(poll, lost.hidden ? POLL_MS : LOST_MS);
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const keys = cardsOf(fresh).map(([key]) => key);
  for (const [key, card] of cardsOf(board)) if (!keys.includes(key)) card.remove();
  const partsOf = (root) =>
    Object.fromEntries([...root.querySelectorAll("[data-part]")].map((p) => [p.dataset.part, p.innerHTML]));
  for (const [key, card] of cardsOf(fresh)) {
    const { rank, level, announce: said } = card.dataset;
    TAKEN.card({ key, rank: Number(rank), level, announce: said, parts: partsOf(card) });
  }
  for (const head of fresh.querySelectorAll(".venue-head")) {
    put(sectionOf(head.closest("section").dataset.venue)?.querySelector(".venue-head"), partsOf(head));
  }
  for (const panel of fresh.querySelectorAll("[data-air]")) {
    TAKEN.air({ key: panel.dataset.air, html: panel.innerHTML });
  }
  const asking = fresh.querySelector("[data-asking]");
  call(JSON.parse(asking.dataset.asking), asking.dataset.alerts);
  const own = [...fresh.children].filter((one) => one.dataset.part);
  put(board, Object.fromEntries(own.map((one) => [one.dataset.part, one.innerHTML])));
  doubting = false;
}

// What nobody has confirmed for so long is known no more: a screen that is cut off must not look healthy.

function tellLost() {
  if (!lost.hidden) return;
  lost.querySelector("time").textContent = board.querySelector("time")?.textContent ?? "";
  lost.hidden = false;
}

function doubt() {
  if (Date.now() - heard < OLD_MS) return;
  tellLost();
  doubting = true;
  for (const [, card] of cardsOf(board)) {
    if (card.dataset.doubted) continue;
    card.dataset.doubted = "yes";
    card.dataset.level = "unknown";
    card.querySelector(".band").replaceChildren(doubted.content.cloneNode(true));
    for (const figure of card.querySelectorAll(".figures b")) figure.textContent = "—";
  }
}
