// A list that the server draws is brought up to date while the page is looked at.

const LOOK_MS = 2000;
const list = document.getElementById("raw");

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(list.dataset.list);
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const lines = [...page.querySelectorAll("li")];
        if (lines.map((line) => line.textContent).join() !== [...list.children].map((line) => line.textContent).join())
          list.replaceChildren(...lines);
      }
    } catch {
      // The next look may come through.
    }
  }
  setTimeout(look, LOOK_MS);
}

if (list) setTimeout(look, LOOK_MS);
