// Keeps a wall screen lit. Browsers let a page do that over https alone; where it is not, the page says so.

const asleep = document.getElementById("asleep");

async function keep() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // A screen that saves its battery decides for itself.
  }
}

if (!isSecureContext) {
  asleep.hidden = false;
} else if ("wakeLock" in navigator) {
  keep();
  document.addEventListener("visibilitychange", keep); // who was hidden has lost it
}
