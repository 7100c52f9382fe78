// Search within the documentation. Its words are fetched once, when somebody begins to search: as a
// script, since a page that lies in a folder may load nothing else.

const form = document.getElementById("docs-search");
const asked = document.getElementById("docs-asked");
const list = document.getElementById("docs-found");
const count = document.getElementById("docs-count");
const MOST = 12;
const AROUND = 70;

let fetched = null;

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function words() {
  fetched ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = form.dataset.words;
    script.onload = () => done(globalThis.luchtigDocs.map(([address, page, heading, text]) => ({
      address: form.dataset.root + address, page, heading, text,
      title: plain(`${page} ${heading}`), body: plain(text),
    })));
    script.onerror = () => { fetched = null; done([]); };
    document.head.append(script);
  });
  return fetched;
}

function score(part, terms) {
  let sum = 0;
  for (const term of terms) {
    const inTitle = part.title.includes(term);
    const times = Math.min(part.body.split(term).length - 1, 5);
    if (!inTitle && times === 0) return 0;
    sum += (inTitle ? 12 : 0) + times;
  }
  return sum;
}

// The words around the first hit. Places are those of the plain text, which is as long but for rare signs.
function excerpt(part, terms) {
  const at = Math.max(0, Math.min(...terms.map((t) => part.body.indexOf(t)).filter((i) => i >= 0), part.text.length));
  const from = at === part.text.length || at < AROUND ? 0 : part.text.indexOf(" ", at - AROUND) + 1;
  const piece = part.text.slice(from, from + 2 * AROUND + 20);
  return (from ? "… " : "") + piece + (from + piece.length < part.text.length ? " …" : "");
}

function line(part, terms) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const title = document.createElement("b");
  const says = document.createElement("span");
  link.href = part.address;
  title.textContent = part.heading === part.page ? part.page : `${part.page}: ${part.heading}`;
  says.textContent = excerpt(part, terms);
  link.append(title, says);
  item.append(link);
  return item;
}

async function search() {
  const terms = plain(asked.value).split(/\s+/).filter(Boolean);
  const parts = terms.length ? await words() : [];
  if (terms.join(" ") !== plain(asked.value).split(/\s+/).filter(Boolean).join(" ")) return;
  const hits = parts.map((part) => [score(part, terms), part]).filter(([points]) => points > 0);
  hits.sort(([one], [other]) => other - one);
  list.replaceChildren(...hits.slice(0, MOST).map(([, part]) => line(part, terms)));
  list.hidden = hits.length === 0;
  count.classList.toggle("unseen", hits.length > 0);
  count.textContent = !terms.length ? "" : hits.length ? String(hits.length) : form.dataset.none;
}

form.hidden = false;
asked.addEventListener("focus", words, { once: true });
asked.addEventListener("input", search);
list.addEventListener("click", (event) => {
  if (event.target.closest("a")) { asked.value = ""; search(); }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  list.querySelector("a")?.click();
});
