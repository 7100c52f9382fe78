// Draws a room's history with Plotly over the drawing that came whole with the page, once the browser has
// nothing better to do or somebody points at it: then it can be zoomed and read off. A new measurement comes
// over the stream of the board beside it (board.js) and is added; all of it is asked for again only where
// nothing came that way, and now and then.

const LOOK_MS = 30000;
const SILENT_MS = 60000; // the stream is away, or a sensor is slow
const WHOLE_MS = 600000; // meetings, flags and a thinner line come with the whole
const BREAK_MS = 600000; // a longer silence is no line
const NARROW_PX = 560;
const USUAL_PX = 16;
const PATIENCE_MS = 8000;
const chart = document.getElementById("chart");
const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");

const IDLE_MS = 2500; // however busy the browser is
const seen = document.querySelectorAll("[data-seen]");
const zoomOut = document.getElementById("zoom-out");
const asPng = document.getElementById("as-png");
const SHARPER = 2; // a picture has so many points for one of the page

let figure = null;
let heard = 0;
let drawn = 0;
let plotly = null;
let zoomed = null; // from and to, in the venue's time

async function draw() {
  try {
    const address = seenAt(chart.dataset.figure);
    address.searchParams.set("theme", theme());
    const [answer] = await Promise.all([fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) }), load()]);
    if (!answer.ok) return;
    figure = await answer.json();
    // On a phone there is no room for names within the chart: they stand in a line below it.
    if (chart.clientWidth < NARROW_PX) {
      const { xaxis } = figure.layout;
      xaxis.nticks = 4;
      for (const side of ["tickvals", "ticktext"]) if (side in xaxis) xaxis[side] = xaxis[side].filter((_, i) => i % 2 === 0);
      figure.layout.annotations = figure.layout.annotations.filter(({ name }) => !name || name === "now");
    }
    if (matchMedia("(pointer: coarse)").matches) figure.layout.dragmode = false; // a finger scrolls
    if (!figure.data[0].y.length) figure.layout.annotations.push(nothing(figure.layout));
    grow(figure.layout, parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX);
    heard = drawn = Date.now();
    await show();
  } catch {
    // The board on the same page says that the connection is lost; the chart stays as it is.
  }
}

// Words are as large to the rest of the page as they are where nobody and no screen asked for larger ones.
function grow({ font, margin, annotations }, times) {
  font.size *= times;
  for (const side of ["l", "t", "b"]) margin[side] *= times;
  for (const one of annotations) {
    one.font.size *= times;
    for (const shift of ["xshift", "yshift"]) if (one[shift]) one[shift] *= times;
  }
}

function load() {
  plotly ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = chart.dataset.plotly;
    script.onload = done;
    script.onerror = () => {
      plotly = null;
      failed(new Error(script.src));
    };
    document.head.append(script);
  });
  return plotly;
}

function seenAt(address) {
  const found = new URL(address, location.href);
  if (!zoomed) return found;
  for (const name of ["hours", "from", "to"]) found.searchParams.delete(name);
  found.searchParams.set("from", zoomed[0]);
  found.searchParams.set("to", zoomed[1]);
  return found;
}

const nothing = ({ meta, font, xaxis }) => ({
  name: "now", text: meta.empty, showarrow: false, font: { size: 15, color: font.color },
  xref: "paper", x: 0.5, xanchor: "center", yref: "paper", y: 0.7,
});

async function show() {
  const still = chart.querySelector(".still");
  await Plotly.react(chart, figure.data, figure.layout, { displayModeBar: false, responsive: true, doubleClick: false });
  if (still) {
    still.remove();
    chart.on("plotly_relayout", (change) => {
      const [from, to] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      if (from && to) zoomTo([from.slice(0, 19).replace(" ", "T"), to.slice(0, 19).replace(" ", "T")]);
    });
    chart.on("plotly_doubleclick", () => zoomTo(null));
  }
  chart.dataset.drawn = theme();
}

// A closer look is asked for anew, with as many points as the whole had, and so are the files of it.
function zoomTo(span) {
  zoomed = span;
  zoomOut.hidden = !span;
  for (const link of seen) {
    link.dataset.whole ??= link.href;
    link.href = seenAt(link.dataset.whole);
  }
  draw();
}

async function savePng() {
  const file = [...seen].find(({ href }) => href.includes("chart.svg"));
  const address = new URL(file.href);
  address.searchParams.set("theme", theme());
  const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) return;
  const picture = new Image();
  picture.src = URL.createObjectURL(await answer.blob());
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth * SHARPER;
  canvas.height = picture.naturalHeight * SHARPER;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(picture.src);
  const link = document.createElement("a");
  link.download = `${chart.dataset.room.replace("/", "-")}.png`;
  link.href = canvas.toDataURL("image/png");
  link.click();
}

// Times are the venue's own, without a zone: only their differences are taken.
const msOf = (text) => Date.parse(`${text}Z`);
const textOf = (ms) => new Date(ms).toISOString().slice(0, 19);

function add(point) {
  const { data, layout } = figure;
  const traceOf = (name) => data.find(({ meta }) => meta === name);
  const late = msOf(point.at) - msOf(layout.meta.now);
  if (late > 0) {
    layout.meta.now = point.at;
    layout.xaxis.range = layout.xaxis.range.map((at) => textOf(msOf(at) + late));
    for (const one of [...layout.shapes, ...layout.annotations]) {
      if (one.name !== "now") continue;
      for (const side of ["x", "x0", "x1"]) if (side in one) one[side] = point.at;
    }
  }
  for (const name of ["co2_ppm", "people", "per_person_lps"]) {
    if (point[name] !== null && traceOf(name)) addTo(traceOf(name), point.at, point[name], layout);
  }
  layout.yaxis.range[1] = Math.max(layout.yaxis.range[1], point.co2_ppm * 1.05);
  const path = traceOf("ahead");
  const wash = traceOf("ahead_band");
  if (!path) return;
  path.x = point.ahead.map(([at]) => at);
  path.y = point.ahead.map(([, ppm]) => ppm);
  path.customdata = point.ahead.map(([, , low, high]) => [low, high]);
  wash.x = [...path.x, ...[...path.x].reverse()];
  wash.y = [...point.ahead.map(([, , , high]) => high), ...point.ahead.map(([, , low]) => low).reverse()];
}

function addTo({ x, y }, at, value, { xaxis }) {
  const last = x.at(-1);
  if (last && msOf(at) <= msOf(last)) return;
  if (last && msOf(at) - msOf(last) > BREAK_MS) {
    x.push(last);
    y.push(null);
  }
  x.push(at);
  y.push(value);
  const gone = x.findIndex((one) => one >= xaxis.range[0]);
  x.splice(0, gone - 1);
  y.splice(0, gone - 1);
}

if (chart) {
  asPng.hidden = false;
  asPng.addEventListener("click", savePng);
  zoomOut.addEventListener("click", () => zoomTo(null));
  const first = () => {
    for (const kind of ["pointerenter", "pointerdown", "touchstart"]) chart.removeEventListener(kind, first);
    if (!figure) draw();
  };
  for (const kind of ["pointerenter", "pointerdown", "touchstart"]) chart.addEventListener(kind, first, { passive: true });
  if (window.requestIdleCallback) requestIdleCallback(first, { timeout: IDLE_MS });
  else setTimeout(first, IDLE_MS / 2);
  dark.addEventListener("change", draw);
  document.addEventListener("luchtig:point", ({ detail: { key, point } }) => {
    if (key !== chart.dataset.room || !figure || zoomed || !("live" in chart.dataset)) return;
    heard = Date.now();
    add(point);
    if (!document.hidden) show();
  });
  const look = () => {
    const now = Date.now();
    if (!figure || zoomed || !("live" in chart.dataset)) return;
    if (!document.hidden && (now - heard > SILENT_MS || now - drawn > WHOLE_MS)) draw();
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK_MS);
}
