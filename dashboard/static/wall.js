// Fits a wall screen's rooms to it: those that ask for something as cards, as large as there is room for, the
// others as strips. Where they do not all fit to be read, the good ones turn page by page.

const TURN_MS = 15000;
const READABLE = 1 / 58; // the least root size, of the screen's shorter side
const LARGEST = 1 / 24;
const CARD = { width: 22.5, height: 19.5 }; // rem, with what lies between
const STRIP = { width: 22.5, height: 4.5 };
const AROUND = { width: 4, height: 7 };
const NIGHT = { from: 22, to: 7 }; // by the clock of the screen, while no room needs anybody

const root = document.documentElement;
const cards = document.querySelector("#board .cards");
const mark = document.getElementById("turn");

let page = 0;

function fit() {
  const all = [...cards.querySelectorAll(":scope > .card")];
  if (!all.length) return;
  const asking = all.filter((card) => card.dataset.level !== "good");
  const good = all.filter((card) => card.dataset.level === "good");
  const shape = onePage(asking.length, good.length) ?? pages(asking.length, good.length);
  asking.forEach((card, at) => {
    show(card, at < shape.large ? "card" : "strip");
    delete card.dataset.away; // it may have been good, and not its turn
  });
  good.forEach((card) => show(card, "strip"));
  dim(all);
  turnTo(good, shape.places);
  lay(shape, all.filter((card) => !("away" in card.dataset)).length - shape.large);
}

function dim(all) {
  const hour = new Date().getHours();
  const isNight = hour >= NIGHT.from || hour < NIGHT.to;
  root.toggleAttribute("data-dim", isNight && !all.some((card) => card.dataset.level === "act"));
}

function show(card, form) {
  if (card.dataset.form !== form) card.dataset.form = form;
}

// All at once, if they can be read so: as many columns as make the type largest and leave the least empty.
function onePage(asking, good) {
  let best = null;
  for (const [columns, strips] of choices(asking, good)) {
    const rows = [rowsOf(asking, columns), rowsOf(good, strips)];
    const px = largest(columns, strips, rows);
    if (px < readable()) continue;
    const score = px * filled(asking, columns) * filled(good, strips);
    if (!best || score > best.score) best = { score, px, columns, strips, large: asking, places: good };
  }
  return best;
}

// At the least size: as many large ones as leave a row of good ones to turn.
function pages(asking, good) {
  const px = readable();
  for (let large = asking; large >= 0; large--) {
    let best = null;
    for (const [columns, strips] of choices(large, asking - large + good)) {
      if (largest(columns, strips, [0, 0]) < px) continue;
      const high = innerHeight / px - AROUND.height - rowsOf(large, columns) * CARD.height;
      const places = Math.floor(high / STRIP.height) * strips - (asking - large);
      if (places < Math.min(good, strips)) continue;
      if (!best || places > best.places) best = { px, columns, strips, large, places };
    }
    if (best) return best;
  }
  return { px, columns: 0, strips: 1, large: 0, places: Math.max(1, good) };
}

function* choices(large, small) {
  for (let columns = Math.min(large, 1); columns <= Math.min(large, 8); columns++) {
    for (let strips = Math.min(small, 1); strips <= Math.min(small, 8); strips++) yield [columns, strips];
  }
}

const rowsOf = (count, columns) => (count ? Math.ceil(count / columns) : 0);
const filled = (count, columns) => (count ? count / (rowsOf(count, columns) * columns) : 1);
const shorter = () => Math.min(innerWidth, innerHeight);
const readable = () => shorter() * READABLE;

function largest(columns, strips, [cardRows, stripRows]) {
  const wide = AROUND.width + Math.max(columns * CARD.width, strips * STRIP.width);
  const high = AROUND.height + cardRows * CARD.height + stripRows * STRIP.height;
  return Math.min(innerWidth / wide, innerHeight / high, shorter() * LARGEST);
}

function turnTo(good, places) {
  const count = Math.max(1, Math.ceil(good.length / Math.max(1, places)));
  page %= count;
  good.forEach((card, at) => {
    const isShown = Math.floor(at / Math.max(1, places)) === page;
    if (isShown) delete card.dataset.away;
    else card.dataset.away = "";
  });
  mark.hidden = count === 1;
  mark.textContent = `${page + 1} / ${count}`;
}

function lay({ px, columns, strips, large }, small) {
  const tracks = Math.max(1, columns) * Math.max(1, strips);
  const rows = [
    ...Array(rowsOf(large, columns)).fill("auto auto auto minmax(2.5rem, 1fr) auto"),
    ...Array(rowsOf(small, strips)).fill(large ? "auto" : "1fr"),
  ];
  cards.style.setProperty("--tracks", tracks);
  cards.style.setProperty("--of-card", tracks / Math.max(1, columns));
  cards.style.setProperty("--of-strip", tracks / Math.max(1, strips));
  cards.style.setProperty("--rows", rows.join(" "));
  root.dataset.fitted = "";
  root.style.fontSize = `${px}px`;
  // What a long sentence takes more than was reckoned with.
  for (let tries = 0; tries < 12 && overflows(); tries++) root.style.fontSize = `${(px *= 0.96)}px`;
}

function overflows() {
  return root.scrollHeight > innerHeight || root.scrollWidth > innerWidth;
}

if (cards) {
  new MutationObserver(fit).observe(cards, { childList: true });
  new MutationObserver(fit).observe(cards, { attributeFilter: ["data-level"], subtree: true });
  new ResizeObserver(() => overflows() && fit()).observe(document.querySelector("main"));
  addEventListener("resize", fit);
  setInterval(() => {
    page++;
    fit();
  }, TURN_MS);
  fit();
  document.fonts.ready.then(fit);
}
