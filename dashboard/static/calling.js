// Calls somebody: in the bar, the title and the icon by how many rooms wait for somebody; where it was asked
// for, by a sound (and a buzz in the hand) or aloud when another room begins to.

const KEPT = "luchtig:rings"; // of this browser alone: a screen in a meeting room is no screen at the bar
const TONES = [[660, 0], [880, 0.18]]; // Hz, and after how many seconds
const CARD_MS = 400; // the words of its card come with the same news

const board = document.getElementById("board");
const bar = document.getElementById("asking");
const icon = document.querySelector('link[rel="icon"]');
const calm = icon?.getAttribute("href");
const title = document.title;
const controls = document.getElementById("rings");

let waiting = null;
let sound = null;
const rings = new Set((localStorage.getItem(KEPT) ?? "").split(" ").filter(Boolean));

export function call(rooms) {
  const fresh = waiting ? rooms.filter((room) => !waiting.has(room)) : [];
  waiting = new Set(rooms);
  document.title = rooms.length ? `(${rooms.length}) ${title}` : title;
  if (icon) icon.href = rooms.length ? icon.dataset.asking : calm;
  if (bar) {
    bar.textContent = rooms.length;
    bar.hidden = !rooms.length;
  }
  navigator.setAppBadge?.(rooms.length).catch(() => {}); // only an installed page has one
  if (fresh.length) ring(fresh);
}

export function toggle(button) {
  const way = button.dataset.rings;
  if (!way) return;
  if (rings.has(way)) rings.delete(way);
  else rings.add(way);
  localStorage.setItem(KEPT, [...rings].join(" "));
  show();
  if (rings.has(way)) ring([], way); // so that who asks for it knows how it sounds
}

function show() {
  for (const button of controls?.querySelectorAll("[data-rings]") ?? []) {
    button.setAttribute("aria-pressed", rings.has(button.dataset.rings));
  }
  if (rings.size) board.dataset.listens = "hidden";
  else delete board.dataset.listens;
}

function ring(rooms, only) {
  const asked = (way) => rings.has(way) && (!only || only === way);
  if (asked("sound")) {
    beep();
    navigator.vibrate?.([200, 100, 200]);
  }
  if (asked("speech")) setTimeout(() => speak(rooms), CARD_MS);
}

function beep() {
  sound ??= new AudioContext();
  sound.resume().then(() => {
    for (const [hz, after] of TONES) {
      const [tone, loudness] = [sound.createOscillator(), sound.createGain()];
      const begin = sound.currentTime + after;
      tone.frequency.value = hz;
      loudness.gain.setValueAtTime(0.2, begin);
      loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.5);
      tone.connect(loudness).connect(sound.destination);
      tone.start(begin);
      tone.stop(begin + 0.5);
    }
  });
}

function speak(rooms) {
  const said = rooms.map((room) => board.querySelector(`[data-key="${CSS.escape(room)}"]`)?.dataset.announce);
  const words = new SpeechSynthesisUtterance(said.filter(Boolean).join(". ") || controls?.dataset.trial || "");
  words.lang = document.documentElement.lang;
  speechSynthesis.speak(words);
}

show();
