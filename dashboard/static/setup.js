// The first start: the browser knows where it is, and sensors are shown as they speak.

const LOOK_MS = 2000;
const zone = document.querySelector("select[data-guess]");
const list = document.getElementById("heard");

if (zone) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (here !== "UTC" && [...zone.options].some(({ value }) => value === here)) zone.value = here;
}

async function look() {
  try {
    const answer = await fetch(list.dataset.list);
    if (answer.ok) show(await answer.text());
  } catch {
    // The next look may come through.
  }
  setTimeout(look, LOOK_MS);
}

// What somebody chooses in is left alone: only what a sensor says is put in anew.
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const line of page.querySelectorAll("li[data-device]")) {
    const known = list.querySelector(`li[data-device="${CSS.escape(line.dataset.device)}"]`);
    if (known) known.querySelector(".says").textContent = line.querySelector(".says").textContent;
    else list.append(line);
  }
  if (list.querySelector("li[data-device]")) list.querySelector(".none")?.remove();
}

if (list) setTimeout(look, LOOK_MS);
