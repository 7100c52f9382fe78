// What a board kept of its rooms (kept.js), and how old that is: never as if it were now.

const KEPT = "luchtig:last";
const OLD_MS = 90000; // after that a number says nothing of now
const LOOK_MS = 15000;

const age = document.getElementById("age");
const list = document.getElementById("rooms");
const language = document.documentElement.lang;

function show() {
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  if (!kept) return;
  const minutes = Math.round((Date.now() - kept.at) / 60000);
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const said = minutes < 60 ? ago.format(-minutes, "minute") : ago.format(-Math.round(minutes / 60), "hour");
  age.textContent = age.dataset.of.replace("TIME", kept.time).replace("AGE", said);
  const isOld = Date.now() - kept.at > OLD_MS;
  list.replaceChildren(...kept.rooms.map((room) => row(room, isOld)));
}

function row({ name, level, said, co2 }, isOld) {
  const line = document.createElement("li");
  line.className = "row";
  line.dataset.level = isOld ? "unknown" : level;
  const [what, how] = [document.createElement("b"), document.createElement("p")];
  what.textContent = name;
  how.textContent = [said, co2].filter(Boolean).join(" · ");
  line.append(what, how);
  return line;
}

show();
setInterval(show, LOOK_MS);
addEventListener("online", () => location.reload());
