// Makes a passkey on one's account, and logs in by one. The words stand in the page, by their name.

const holder = document.querySelector("[data-passkeys]");
const says = holder?.querySelector("[role=alert]");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function ask(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": holder.dataset.token },
    body: JSON.stringify(body),
  });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.error ?? "failed");
  return found;
}

function tell(name) {
  const sentence = holder.querySelector(`template[data-says="${name}"]`) ?? holder.querySelector('template[data-says="failed"]');
  says.textContent = sentence.content.textContent.trim();
  says.hidden = false;
}

async function attempt(button, work) {
  button.disabled = true;
  says.hidden = true;
  try {
    const { next } = await work();
    if (next.split("#")[0] === location.pathname) {
      location.hash = next.split("#")[1] ?? "";
      location.reload();
    } else location.assign(next);
  } catch (error) {
    // NotAllowedError: the person closed the device's own question, or let it wait.
    if (error.name !== "NotAllowedError" && error.name !== "AbortError") {
      tell(error.name === "InvalidStateError" ? "exists" : error.message);
    }
    button.disabled = false;
  }
}

async function make(form) {
  const fields = new FormData(form);
  const options = await ask(form.action, { current_password: fields.get("current_password") ?? "" });
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const known of options.excludeCredentials ?? []) known.id = bytes(known.id);
  const made = await navigator.credentials.create({ publicKey: options });
  const credential = {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
    },
  };
  return ask(holder.dataset.keep, { label: fields.get("label"), credential });
}

async function enter(form) {
  const options = await ask(holder.dataset.options, {});
  options.challenge = bytes(options.challenge);
  const found = await navigator.credentials.get({ publicKey: options });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  const credential = {
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  };
  const stay = form.elements.stay.checked;
  return ask(holder.dataset.enter, { credential, stay, next: form.elements.next.value });
}

if (holder && window.PublicKeyCredential) {
  const making = holder.querySelector("form.make-passkey");
  making?.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(making.querySelector("button"), () => make(making));
  });
  const entering = holder.querySelector("button.by-passkey");
  if (entering) {
    entering.hidden = false;
    entering.addEventListener("click", () => attempt(entering, () => enter(document.querySelector("form.login"))));
  }
} else if (holder) tell("unable");
