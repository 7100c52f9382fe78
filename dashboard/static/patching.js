// Puts parts of a page, as the server rendered them, in place of what is shown.

export function put(root, parts) {
  if (!root) return;
  for (const [name, html] of Object.entries(parts)) {
    const part = root.querySelector(`:scope [data-part="${name}"]`);
    if (part) fill(part, html);
  }
}

export function fill(part, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  sign(fresh.content);
  patchChildren(part, fresh.content);
}

// What is rendered for all who look holds nobody's token: the forms in it get that of this page.
export function sign(root) {
  for (const token of root.querySelectorAll('input[name="csrf_token"]')) {
    token.setAttribute("value", document.getElementById("board").dataset.token ?? "");
  }
}

// Only what differs is touched, so that what a visitor opened, selected or typed stays.
function patch(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  patchChildren(old, fresh);
}

function patchChildren(old, fresh) {
  const kept = paired([...old.childNodes], [...fresh.childNodes]);
  const stays = new Set(kept.values());
  for (const node of [...old.childNodes]) if (!stays.has(node)) node.remove();
  let next = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    if (!kept.has(node)) {
      old.insertBefore(node, next);
      continue;
    }
    patch(kept.get(node), node);
    next = kept.get(node).nextSibling;
  }
}

// Which of what is there goes on as which of what is wanted: as many as can without changing their order.
function paired(there, wanted) {
  const most = Array.from({ length: there.length + 1 }, () => new Array(wanted.length + 1).fill(0));
  for (let i = there.length - 1; i >= 0; i--) {
    for (let j = wanted.length - 1; j >= 0; j--) {
      const skipped = Math.max(most[i + 1][j], most[i][j + 1]);
      most[i][j] = alike(there[i], wanted[j]) ? Math.max(skipped, most[i + 1][j + 1] + 1) : skipped;
    }
  }
  const found = new Map();
  for (let i = 0, j = 0; i < there.length && j < wanted.length; ) {
    if (alike(there[i], wanted[j]) && most[i][j] === most[i + 1][j + 1] + 1) found.set(wanted[j++], there[i++]);
    else if (most[i + 1][j] >= most[i][j + 1]) i++;
    else j++;
  }
  return found;
}

function alike(one, other) {
  if (one.nodeName !== other.nodeName) return false;
  const named = (name) => one.getAttribute(name) === other.getAttribute(name);
  return one.nodeType !== Node.ELEMENT_NODE || ["id", "name", "type"].every(named);
}
