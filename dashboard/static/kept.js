// Keeps what the rooms of a board say, for the page that is shown where there is no connection (offline.js), and
// has the browser keep that page.

const KEPT = "luchtig:last";
const EACH_MS = 20000;

const board = document.getElementById("board");
const lost = document.getElementById("lost");

function keep() {
  if (!lost.hidden || document.querySelector("[data-doubted]")) return; // what is old is kept already
  const text = (card, part) => card.querySelector(part)?.textContent.replace(/\s+/g, " ").trim() ?? "";
  const rooms = [...board.querySelectorAll("[data-key]")].map((card) => ({
    name: text(card, '[data-part="name"]'),
    level: card.dataset.level,
    said: text(card, ".do"),
    co2: text(card, '[data-part="co2"]'),
  }));
  const time = board.querySelector("time")?.textContent ?? "";
  localStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), time, rooms }));
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/worker.js").catch(() => {}); // a browser may forbid it
  keep();
  setInterval(keep, EACH_MS);
}
