// Draws a room's history with Plotly over the still drawing that came with the page.

const AGAIN_MS = 30000;
const NARROW_PX = 560;
const chart = document.getElementById("chart");
const dark = matchMedia("(prefers-color-scheme: dark)");

async function draw() {
  try {
    const address = new URL(chart.dataset.figure, location.href);
    address.searchParams.set("theme", dark.matches ? "dark" : "light");
    const answer = await fetch(address);
    if (!answer.ok) return;
    const figure = await answer.json();
    // On a phone there is no room for titles over the bands; they stand below the chart as well.
    if (chart.clientWidth < NARROW_PX) {
      figure.layout.xaxis.nticks = 4;
      figure.layout.annotations = figure.layout.annotations.filter(({ name }) => name !== "meeting");
    }
    chart.querySelector(".still")?.remove();
    await Plotly.react(chart, figure.data, figure.layout, { displayModeBar: false, responsive: true });
    chart.dataset.drawn = dark.matches ? "dark" : "light";
  } catch {
    // The board on the same page says that the connection is lost; the chart stays as it is.
  }
}

if (chart) {
  draw();
  dark.addEventListener("change", draw);
  setInterval(() => document.hidden || draw(), AGAIN_MS);
}
