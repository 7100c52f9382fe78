// Draws a room's history with Plotly over the still drawing that came with the page. A new measurement comes
// over the stream of the board beside it (board.js) and is added; all of it is asked for again only where
// nothing came that way, and now and then.

const LOOK_MS = 30000;
const SILENT_MS = 60000; // the stream is away, or a sensor is slow
const WHOLE_MS = 600000; // meetings, flags and a thinner line come with the whole
const BREAK_MS = 600000; // a longer silence is no line
const NARROW_PX = 560;
const PATIENCE_MS = 8000;
const chart = document.getElementById("chart");
const dark = matchMedia("(prefers-color-scheme: dark)");

let figure = null;
let heard = 0;
let drawn = 0;

async function draw() {
  try {
    const address = new URL(chart.dataset.figure, location.href);
    address.searchParams.set("theme", dark.matches ? "dark" : "light");
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) return;
    figure = await answer.json();
    // On a phone there is no room for titles over the bands; they stand below the chart as well.
    if (chart.clientWidth < NARROW_PX) {
      figure.layout.xaxis.nticks = 4;
      figure.layout.annotations = figure.layout.annotations.filter(({ name }) => name !== "meeting");
    }
    heard = drawn = Date.now();
    await show();
  } catch {
    // The board on the same page says that the connection is lost; the chart stays as it is.
  }
}

async function show() {
  chart.querySelector(".still")?.remove();
  await Plotly.react(chart, figure.data, figure.layout, { displayModeBar: false, responsive: true });
  chart.dataset.drawn = dark.matches ? "dark" : "light";
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
  draw();
  dark.addEventListener("change", draw);
  document.addEventListener("luchtig:point", ({ detail: { key, point } }) => {
    if (key !== chart.dataset.room || !figure) return;
    heard = Date.now();
    add(point);
    if (!document.hidden) show();
  });
  const look = () => {
    const now = Date.now();
    if (!document.hidden && (now - heard > SILENT_MS || now - drawn > WHOLE_MS)) draw();
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK_MS);
}
