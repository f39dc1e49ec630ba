// The page.

function section(chart) {
  const box = element("section", { id: chart.id }, element("h2", { textContent: chart.title }), element("p", { textContent: chart.text }));
  const panels = element("div", { className: "panels" });
  chart.panels().forEach((panel, i) => {
    const place = element("div", { className: "chart" });
    const button = element("button", { type: "button", className: "save", textContent: "Save as SVG" });
    button.addEventListener("click", () => save(`${chart.id}-${i + 1}`, place.querySelector("svg")));
    const figure = element("figure", {}, element("figcaption", { textContent: panel.caption }));
    figure.dataset.chart = chart.id;
    if (panel.legend) figure.append(panel.legend());
    figure.append(place, button);
    panels.append(figure);
    place.draw = (width) => place.replaceChildren(panel.draw(width));
  });
  const data = chart.tableRows ?? chart.rows;
  const details = element("details", {}, element("summary", { textContent: `The numbers behind it: ${data.length} rows` }));
  details.addEventListener("toggle", () => {
    if (details.open && !details.querySelector("table")) details.append(table(data, chart.columns(chart.rows)));
  });
  box.append(panels, details);
  return box;
}

function facts(file) {
  const { environment, protocol } = file;
  const list = element("dl");
  const add = (name, value) => {
    if (hasValue(value) && value.length !== 0) list.append(element("dt", { textContent: name }), element("dd", { textContent: `${value}` }));
  };
  add("Measured", `${file.started}${file.finished ? ` to ${file.finished}` : ", not finished"}`);
  add("FastViT4J", file.version);
  add("Protocol", protocol.budget_s > 0 ? `as many runs as fit into ${protocol.budget_s} s for everything, in ${protocol.rounds} rounds`
    : `${protocol.runs} runs after ${protocol.warm_up_runs} that do not count, in ${protocol.rounds} rounds`);
  for (const [name, known] of Object.entries(environment.devices ?? {})) {
    add(name, Object.entries(known).map(([key, value]) => (key === "description" ? value : `${key.replaceAll("_", " ")} ${value}`)).join("; "));
  }
  add("System", [environment.os, environment.architecture, `${environment.cores} cores`].filter(Boolean).join(", "));
  add("Java", environment.java);
  add("TornadoVM", environment.tornadovm);
  add("Flags", (environment.flags ?? []).join(" "));
  add("Weights", file.weights ?? "synthetic, with which networks take the same time as with trained ones");
  return list;
}

function everything() {
  const columns = [...identity(rows), ...TIMES, ...known(rows, Object.keys(COLUMNS).filter((name) => !["Model", ...IDENTITY, ...TIMES].includes(name)))];
  const box = element("section", { id: "results" }, element("h2", { textContent: "All results" }),
    element("p", { textContent: "Milliseconds of one run, whatever the batch. Spread is the median absolute deviation; the largest error is that of a logit against float64, in proportion to the largest logit; memory is weights and activations." }),
    table(rows, columns));
  return box;
}

function environments() {
  const box = element("section", { id: "machine" }, element("h2", { textContent: "How it was measured" }));
  for (const file of files) box.append(element("h3", { textContent: file.name }), facts(file));
  return box;
}

const charts = [accuracyChart(), sizeChart(), formChart(), partChart(), batchChart(), threadChart(), deviceChart()]
  .filter((chart) => chart.rows.length > 0);
const failed = rows.filter((row) => row.status === "failed").length;
const unfinished = rows.filter((row) => row.status === "unfinished").length;
document.getElementById("summary").textContent =
  `${rows.length} ${rows.length === 1 ? "configuration" : "configurations"} of ${new Set(rows.map((row) => row.model)).size} models, measured `
  + [...new Set(files.map((file) => file.started.slice(0, 10)))].join(" and ")
  + ` on ${[...new Set(rows.map(deviceDescription))].join("; ")}.`
  + (failed ? ` ${failed} failed: why is in the table of all results.` : "") + (unfinished ? ` ${unfinished} unfinished.` : "");
const main = document.getElementById("charts");
main.append(...charts.map(section), everything(), environments());

keepFitting(main);
document.getElementById("contents").append(...[...main.querySelectorAll("section")].map((box) =>
  element("a", { href: `#${box.id}`, textContent: box.querySelector("h2").textContent })));

// On paper there is nothing to click on: all but the longest tables are open.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    if (details.closest("section").id !== "parts") Object.assign(details, { open: true }).dataset.printed = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-printed]")) {
    details.open = false;
    delete details.dataset.printed;
  }
});
