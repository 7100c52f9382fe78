// A week by room: what may be moved is dragged to another day or room, or put there by the arrow keys. Either
// sends the plain form of the meeting's own page, which says first what is of concern.

const START_PX = 6;
const KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const table = document.querySelector("table.week");
const form = document.getElementById("move");
const notice = document.getElementById("moving");

let held = null; // the meeting that is being moved: { slot, cell, from, x, y, isMoving }

const cellAt = (x, y) => document.elementFromPoint(x, y)?.closest("td[data-room]") ?? null;

function say(words) {
  notice.textContent = words;
  notice.hidden = !words;
}

function aim(cell) {
  held.cell?.classList.remove("aimed");
  held.cell = cell;
  if (!cell) return;
  cell.classList.add("aimed");
  say(cell.dataset.says);
}

function leave() {
  if (!held) return;
  held.slot.classList.remove("held");
  held.slot.style.transform = "";
  held.cell?.classList.remove("aimed");
  held = null;
  say("");
}

function put() {
  const { slot, cell, from } = held;
  if (!cell || cell === from) return leave();
  form.action = slot.dataset.move;
  form.elements.room.value = cell.dataset.room;
  form.elements.start.value = `${cell.dataset.day}T${slot.dataset.time}`;
  form.submit();
}

function take(slot, x, y) {
  leave();
  const from = slot.closest("td");
  held = { slot, from, cell: null, x, y, isMoving: false };
}

table.addEventListener("pointerdown", (event) => {
  const slot = event.target.closest(".slot");
  if (!slot || event.button !== 0) return;
  // A finger scrolls the sheet, but for the grip.
  if (event.pointerType === "touch" && !event.target.closest(".grip")) return;
  if (slot.dataset.move || slot.dataset.fixed) take(slot, event.clientX, event.clientY);
});

addEventListener("pointermove", (event) => {
  if (!held || held.byKeys) return;
  const [right, down] = [event.clientX - held.x, event.clientY - held.y];
  if (!held.isMoving && Math.hypot(right, down) < START_PX) return;
  held.isMoving = true;
  if (held.slot.dataset.fixed) return say(held.slot.dataset.fixed);
  held.slot.classList.add("held");
  held.slot.style.transform = `translate(${right}px, ${down}px)`;
  const cell = cellAt(event.clientX, event.clientY);
  if (cell !== held.cell) aim(cell);
});

addEventListener("pointerup", () => {
  if (!held || held.byKeys) return;
  if (!held.isMoving) return (held = null);
  addEventListener("click", (event) => event.preventDefault(), { capture: true, once: true });
  if (held.slot.dataset.fixed) return (held = null);
  put();
});

addEventListener("pointercancel", leave);
table.addEventListener("dragstart", (event) => event.preventDefault()); // the browser would drag the link

table.addEventListener("keydown", (event) => {
  if (!event.target.matches(".grip")) return;
  if (event.key === "Escape") return leave();
  if (event.key === "Enter" && held?.byKeys) {
    event.preventDefault();
    return put();
  }
  const step = KEYS[event.key];
  if (!step) return;
  event.preventDefault();
  const slot = event.target.closest(".slot");
  if (held?.slot !== slot) take(slot, 0, 0);
  held.byKeys = true;
  const at = held.cell ?? held.from;
  const row = table.rows[at.parentElement.rowIndex + step[0]];
  const next = row?.cells[at.cellIndex + step[1]];
  if (next?.dataset.room) aim(next);
});

table.addEventListener("focusout", (event) => {
  if (held?.byKeys && event.target.matches(".grip")) leave();
});

for (const grip of table.querySelectorAll(".grip")) grip.setAttribute("aria-describedby", "how-to-move");

// Where the week is wider than its box, today stands beside the names of the rooms.
const today = table.querySelector("th[aria-current]");
if (today) table.parentElement.scrollLeft = today.offsetLeft - table.rows[0].cells[0].offsetWidth;
