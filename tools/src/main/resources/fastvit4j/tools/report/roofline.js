// Kernels under the roof of their device: operations a second by operations for each byte.

const { summary, peak, roofs, rows } = JSON.parse(document.getElementById("data").textContent);
const NUMBERS = [
  ["Median, µs", "median_us"], ["Predicted, µs", "predicted_us"], ["GFLOP/s", "gflops"], ["GB/s", "gbytes_per_second"],
  ["Of roof, %", "of_roof", 100], ["Filled, %", "filled", 100], ["Launches", "launches"], ["Local, bytes", "local_bytes"],
];
const timed = rows.filter((row) => row.gflops > 0 && row.least_bytes > 0);
const intensity = (row) => row.operations / row.least_bytes;
const cases = [...new Set(rows.map((row) => row.case))];
const kernels = [...new Set(timed.map((row) => row.way))];
const colour = (name) => COLOURS[kernels.indexOf(name) % COLOURS.length];
const symbol = (name) => SYMBOLS[kernels.indexOf(name) % SYMBOLS.length];
const facts = (row) => `${row.case}\n${row.kernels}\n${digits(row.median_us)} µs, predicted ${row.predicted_us ? digits(row.predicted_us) : "–"}\n`
  + `${digits(row.gflops)} GFLOP/s${row.of_roof ? `, ${digits(100 * row.of_roof)} % of the roof` : ""}`;

function rooflineChart() {
  const [least, most] = d3.extent(timed, intensity);
  const from = Math.min(least / 2, ...roofs.map((roof) => peak / roof.gbytes_per_second / 4));
  const to = Math.max(most * 2, ...roofs.map((roof) => (4 * peak) / roof.gbytes_per_second));
  const lines = roofs.flatMap((roof) => {
    const ridge = peak / roof.gbytes_per_second;
    return [from, ...(ridge > from && ridge < to ? [ridge] : []), to]
      .map((x) => ({ x, y: Math.min(peak, x * roof.gbytes_per_second), name: roof.name }));
  });
  const figure = element("figure", {}, element("figcaption", { textContent: "Operations a second by operations for each byte that must be moved; both logarithmic" }));
  figure.dataset.chart = "roofline";
  figure.append(legend(kernels, colour, symbol));
  const place = element("div", { className: "chart" });
  place.draw = (width) => place.replaceChildren(plot(width, "Roofline", {
    height: 440,
    marginLeft: 56,
    x: { type: "log", label: "operations a byte →", domain: [from, to], ticks: Math.min(6, width / 80), tickFormat: tick },
    y: { type: "log", label: "↑ GFLOP/s", ticks: 6, tickFormat: tick },
    marks: [
      Plot.gridY({ ticks: 6 }),
      Plot.line(lines, { x: "x", y: "y", z: "name", stroke: "currentColor", strokeWidth: 1.5 }),
      Plot.dot(timed, { x: intensity, y: "gflops", symbol: (row) => symbol(row.way), stroke: (row) => colour(row.way), fill: (row) => colour(row.way), r: 4 }),
      Plot.dot(timed.filter((row) => row.predicted_us > 0), { x: intensity, y: (row) => row.operations / row.predicted_us / 1e3, stroke: (row) => colour(row.way), r: 6, strokeOpacity: 0.7 }),
      Plot.tip(timed, Plot.pointer({ x: intensity, y: "gflops", title: facts })),
    ],
  }));
  const button = element("button", { type: "button", className: "save", textContent: "Save as SVG" });
  button.addEventListener("click", () => save("roofline", place.querySelector("svg")));
  figure.append(place, button);
  return element("section", { id: "roofline" }, element("h2", { textContent: "Roofline" }),
    element("p", { textContent: "Filled: measured. Ring: what the cost model predicts. Lines: the device's peak and its memory, for each working set that was measured: "
      + roofs.map((roof) => `${roof.name} ${digits(roof.gbytes_per_second)} GB/s`).join(", ") + `; peak ${digits(peak)} GFLOP/s.` }),
    element("div", { className: "panels" }, figure));
}

function numbers() {
  const columns = [
    ...(cases.length > 1 ? [{ name: "Case", value: (row) => row.case }, { name: "Shape", value: (row) => row.shape }] : []),
    { name: "Kernel", value: (row) => row.way },
    ...NUMBERS.map(([name, key, times = 1]) => ({ name, value: (row) => (row[key] === null ? null : times * row[key]), number: true })),
    { name: "Error", value: (row) => row.error, text: (row) => row.error?.toExponential(1) ?? "–", number: true },
    { name: "Of bound", value: (row) => row.error_of_bound, number: true },
    ...(rows.some((row) => row.failure) ? [{ name: "Why it failed", value: (row) => row.failure, long: true }] : []),
  ];
  return element("section", { id: "numbers" }, element("h2", { textContent: "All numbers" }), table(rows, columns));
}

document.getElementById("summary").textContent = summary;
const main = document.getElementById("charts");
if (timed.length > 0) main.append(rooflineChart());
main.append(numbers());
keepFitting(main);
