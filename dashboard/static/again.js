// A page that waits for something asks for itself again, and shows what became other. Without script the browser
// loads all of it anew, as the same words in <noscript> tell it; here nobody loses the place where they read.

const PATIENCE_MS = 8000;
const PARSER = new DOMParser();

function wish(page) {
  const kept = page.querySelector("noscript.again");
  if (!kept) return null;
  const meta = kept.querySelector("meta") ?? PARSER.parseFromString(kept.textContent, "text/html").querySelector("meta");
  const [seconds, address = ""] = meta.content.split("; url=");
  return { ms: 1000 * Number(seconds), address: address || location.href };
}

async function look({ ms, address }) {
  let next = { ms, address };
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const page = PARSER.parseFromString(await answer.text(), "text/html");
    const main = document.getElementById("main");
    if (!answer.ok) throw new Error();
    next = wish(page);
    if (!main.contains(document.activeElement)) main.replaceChildren(...page.getElementById("main").childNodes);
    else if (!next) location.reload();
  } catch {
    // The next look may come through.
  }
  if (next) setTimeout(look, next.ms, next);
}

const first = wish(document);
if (first) setTimeout(look, first.ms, first);
