// A button of a card does its work in place: what came of it comes over the stream.

const PATIENCE_MS = 8000;
const AGAIN_MS = 4000;

export async function act(form, button) {
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  const target = button?.getAttribute("formaction") ?? form.getAttribute("action");
  try {
    const answer = await fetch(target, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      redirect: "manual", // where it leads is here
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(`${answer.status}`);
    form.reset();
    form.querySelector("details").open = false;
  } catch {
    form.action = target;
    form.submit(); // the browser shows what is wrong
  }
  setTimeout(() => delete form.dataset.sent, AGAIN_MS);
}
