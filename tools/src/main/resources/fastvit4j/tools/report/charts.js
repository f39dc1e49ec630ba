// The charts. Each is { id, title, text, rows, panels(width), columns }: a panel is { caption, legend, draw(width) }.

const PER_RUN = ["device", "batch", "precision", "threads"];
const inference = measured.filter((row) => row.form === "inference");

function tips(group, channels) {
  return Plot.tip(group, Plot.pointer({ fontSize: FONT, ...channels }));
}

// --- Accuracy against latency -------------------------------------------------------------------

function accuracyChart() {
  // Rows of the ablations are the same models again.
  const some = inference.filter((row) => row.published?.top1 > 0 && !/^table/.test(row.preset ?? ""));
  const groups = grouped(some, PER_RUN).filter((group) => new Set(group.map((row) => row.model)).size > 1);
  const families = [...new Set(some.map(family))];
  const colour = (name) => COLOURS[families.indexOf(name) % COLOURS.length];
  const symbol = (name) => SYMBOLS[families.indexOf(name) % SYMBOLS.length];
  const panel = (group, latency, xLabel, captionText, spread) => {
    const full = namer(group, ["size"]);
    const several = (row) => group.some((other) => other.model === row.model && size(other) !== size(row));
    const name = (row) => (several(row) ? full(row) : row.model.replace(/_patch16_224$/, ""));
    const data = [...group].sort((a, b) => latency(a) - latency(b));
    const sizes = (of) => [...new Set(data.filter((row) => family(row) === of).map(size))];
    return {
      caption: captionText,
      legend: families.length > 1 ? () => legend(families.filter((f) => sizes(f).length > 0), colour, symbol, (f) => `${f}, ${sizes(f).join(" and ")} pixels`) : null,
      draw: (width) => plot(width, `${captionText}: accuracy against latency`, {
        height: Math.max(Math.min(380, Math.max(280, width * 0.6)), 16 * data.length),
        marginLeft: 44, marginRight: 24, marginBottom: 40, insetLeft: 28, insetRight: 28, insetTop: 16, insetBottom: 12,
        x: { ...scaleOf(data.map(latency)), grid: true, label: xLabel, labelAnchor: "right" },
        y: { grid: true, label: "↑ ImageNet-1k top-1 as the paper prints it (%)", ticks: 5 },
        marks: [
          Plot.line(data, { x: latency, y: (row) => row.published.top1, z: family, stroke: (row) => colour(family(row)), strokeOpacity: 0.5 }),
          spread ? Plot.ruleY(data, { y: (row) => row.published.top1, x1: "min_ms", x2: "p90_ms", stroke: (row) => colour(family(row)), strokeWidth: 2, strokeOpacity: 0.55 }) : null,
          Plot.dot(data, { x: latency, y: (row) => row.published.top1, r: 5, symbol: (row) => symbol(family(row)), fill: (row) => colour(family(row)), stroke: "var(--plot-background)", strokeWidth: 0.75 }),
          labels(data, { x: latency, y: (row) => row.published.top1, z: family, bar: spread ? (row) => [row.min_ms, row.p90_ms] : null, text: name, fill: (row) => colour(family(row)) }),
          tips(data, { x: latency, y: (row) => row.published.top1, title: (row) => `${full(row)}\ntop-1 ${row.published.top1} % (paper)\n${spread ? times(row) : `${latency(row)} ms (paper)`}` }),
        ],
      }),
    };
  };
  return {
    id: "accuracy", title: "Accuracy against latency",
    text: "Up and to the left is better, as in the paper's Figure 1. Latencies were measured; accuracies are not: they are the paper's, of trained weights at the same input size. Bars reach from the fastest run to the 90th percentile. A dot whose name finds no room says it when pointed at.",
    rows: groups.flat(),
    panels: () => {
      const panels = groups.map((group) =>
        panel(group, (row) => row.median_ms, "Measured latency, median (ms) →", caption(group, some, PER_RUN), true));
      const printed = [...new Map(some.filter((row) => row.published.gpu_ms > 0).map((row) => [row.model, row])).values()];
      if (panels.length > 0 && printed.length > 1) {
        panels.push(panel(printed, (row) => row.published.gpu_ms, "The paper's latency (ms) →", "For comparison, the paper's own latencies: RTX 2080 Ti, TensorRT, batch 8", false));
      }
      return panels;
    },
    columns: (some) => [...identity(some), ...TIMES, ...known(some, ["Top-1 (paper), %", "RTX 2080 Ti, batch 8 (paper), ms", "iPhone 12 Pro (paper), ms"])],
  };
}

// --- Lines: latency by size, throughput by batch and by threads ------------------------------------

/** Lines of `y` over `x`, one for each model, in a panel for each group of facts. */
function lineChart({ id, title, text, x, y, low, high, xLabel, yLabel, facts, logX, zero, ideal, columns }) {
  const line = ["model", ...Object.keys(FACTS).filter((fact) => fact !== facts.of)];
  const lines = grouped(measured, line).map((group) => [...new Map(d3.sort(group, x).map((row) => [x(row), row])).values()])
    .filter((group) => group.length > 1);
  const some = lines.flat();
  const panelFacts = facts.panel;
  const name = namer(some, ["form", ...["batch", "size", "precision"].filter((fact) => fact !== facts.of && !panelFacts.includes(fact))]);
  const names = [...new Set(some.map(name))];
  const colour = (row) => COLOURS[names.indexOf(name(row)) % COLOURS.length];
  const symbol = (row) => SYMBOLS[names.indexOf(name(row)) % SYMBOLS.length];
  return {
    id, title, text, rows: some,
    panels: () => grouped(some, panelFacts).map((group) => {
      const drawn = lines.filter((of) => group.includes(of[0]));
      const text = caption(group, some, panelFacts);
      return {
        caption: text,
        draw: (width) => {
          const right = room(drawn.map((of) => name(of[0])), width);
          const xs = d3.sort(new Set(group.map(x)), (a, b) => b - a);
          const perfect = ideal ? drawn.map((of) => [of[0], of.at(-1)].map((row) => ({ x: x(row), y: y(of[0]) * x(row) / x(of[0]) }))) : [];
          return plot(width, `${text}: ${title}`, {
            height: Math.max(Math.min(380, Math.max(280, width * 0.6)), endPitch() * drawn.length + 64),
            marginLeft: 52, marginRight: right, marginBottom: 40, insetLeft: 12, insetRight: 8, insetTop: 8,
            x: { type: logX ? "log" : "linear", ticks: xs, tickFormat: (v) => `${v}`, label: xLabel, labelAnchor: "right" },
            y: { ...(zero ? { type: "linear", zero: true, ticks: 6, tickFormat: tick } : scaleOf(group.flatMap((row) => [low(row), high(row)]))), grid: true, label: yLabel },
            marks: [
              ideal ? perfect.map((ends) => Plot.line(ends, { x: "x", y: "y", stroke: "currentColor", strokeOpacity: 0.35, strokeDasharray: "3,4", clip: true })) : null,
              drawn.map((of) => Plot.line(of, { x, y, stroke: colour(of[0]), strokeWidth: 2 })),
              Plot.ruleX(group, { x, y1: low, y2: high, stroke: colour, strokeWidth: 2, strokeOpacity: 0.55 }),
              Plot.dot(group, { x, y, r: 4.5, symbol, fill: colour, stroke: "var(--plot-background)", strokeWidth: 0.75 }),
              endLabels(drawn.map((of) => of.at(-1)), { x, y, text: (row) => clipped(name(row), right), fill: colour }),
              tips(group, { x, y, title: (row) => `${name(row)}, ${FACTS[facts.of](row)}\n${times(row)}\n${digits(row.images_per_second)} images/s` }),
            ],
          });
        },
      };
    }),
    columns,
  };
}

const rate = (ms) => (row) => 1000 * row.batch / row[ms];

function sizeChart() {
  return lineChart({
    id: "size", title: "Latency against input size",
    text: "As in the paper's Figure 3: where a network with a skip connection or pooling stands beside RepMixer, their distance grows with the size. Bars reach from the fastest run to the 90th percentile.",
    x: (row) => Math.round(Math.sqrt(row.height * row.width)), y: (row) => row.median_ms, low: (row) => row.min_ms, high: (row) => row.p90_ms,
    xLabel: "Input height and width (pixels) →", yLabel: "↑ Latency, median (ms)",
    facts: { of: "size", panel: ["device", "batch", "precision", "threads"] }, logX: false,
    columns: (some) => [...new Set([...identity(some), "Size"]), ...TIMES, ...known(some, ["GMACs"])],
  });
}

function batchChart() {
  return lineChart({
    id: "batch", title: "Throughput against batch",
    text: "Images in a second at the median; the more a line rises, the more a device gains from images that are computed together. Bars reach from the 90th percentile to the fastest run.",
    x: (row) => row.batch, y: (row) => row.images_per_second, low: rate("p90_ms"), high: rate("min_ms"),
    xLabel: "Images in a batch →", yLabel: "↑ Images per second",
    facts: { of: "batch", panel: ["device", "size", "precision", "threads"] }, logX: true, zero: true,
    columns: (some) => [...new Set([...identity(some), "Batch"]), "Images/s", ...TIMES, ...known(some, ["Peak memory, MiB"])],
  });
}

function threadChart() {
  return lineChart({
    id: "threads", title: "Throughput against threads",
    text: "Images in a second at the median; dashed, what as many times the threads would give at best. Bars reach from the 90th percentile to the fastest run.",
    x: cores, y: (row) => row.images_per_second, low: rate("p90_ms"), high: rate("min_ms"),
    xLabel: "Threads →", yLabel: "↑ Images per second", ideal: true,
    facts: { of: "threads", panel: ["device", "size", "batch", "precision"] }, logX: false, zero: true,
    columns: (some) => [...new Set([...identity(some), "Threads"]), "Images/s", ...TIMES],
  });
}

// --- Dots in rows: forms side by side, devices side by side ----------------------------------------

/** A row of dots for each group, one for each value of `of`, with a line from the first to the last. */
function dotRows({ width, label, groups, name, of, x, low, high, values, colour, symbol, xLabel, change, tip }) {
  const names = groups.map((group) => name(group[0]));
  const left = room(names, width);
  const flat = groups.flat();
  const at = (row) => name(row);
  return plot(width, label, {
    height: 28 * names.length + 56,
    marginLeft: left, marginRight: change ? 58 : 24, marginBottom: 40, marginTop: 12, insetLeft: 10, insetRight: 10,
    x: { ...scaleOf(flat.flatMap((row) => [low(row), high(row)])), grid: true, label: xLabel, labelAnchor: "right" },
    y: { domain: names, label: null, tickSize: 0, tickFormat: (text) => clipped(text, left) },
    marks: [
      groups.map((group) => Plot.ruleY([group], { y: () => at(group[0]), x1: d3.min(group, x), x2: d3.max(group, x), stroke: "currentColor", strokeOpacity: 0.3 })),
      Plot.ruleY(flat, { y: at, x1: low, x2: high, stroke: (row) => colour(of(row)), strokeWidth: 3, strokeOpacity: 0.45 }),
      Plot.dot(flat, { y: at, x, r: 5, symbol: (row) => symbol(of(row)), fill: (row) => colour(of(row)), stroke: "var(--plot-background)", strokeWidth: 0.75 }),
      change ? Plot.text(groups, { y: (group) => at(group[0]), frameAnchor: "right", dx: 52, text: change, fill: "currentColor" }) : null,
      tips(flat, { y: at, x, title: (row) => `${at(row)}, ${of(row)}\n${tip(row)}` }),
    ],
  });
}

function formChart() {
  const facts = ["model", "size", ...PER_RUN];
  const order = ["train", "published", "inference"];
  const groups = grouped(measured, facts).map((group) => d3.sort(group, (row) => order.indexOf(row.form)))
    .filter((group) => new Set(group.map((row) => row.form)).size > 1);
  const some = groups.flat();
  const colour = (form) => COLOURS[[1, 7, 0][order.indexOf(form)]];
  const symbol = (form) => ["triangle", "square", "circle"][order.indexOf(form)];
  const change = (group) => {
    const [from, to] = [group[0], group.at(-1)];
    const part = Math.round(100 * (to.median_ms / from.median_ms - 1));
    return `${part > 0 ? "+" : part < 0 ? "−" : "±"}${Math.abs(part)} %`;
  };
  return {
    id: "form", title: "Train form beside inference form",
    text: "The same function of the image, before and after its branches, normalisations and scales are folded; beside each the change from the train form. Bars reach from the fastest run to the 90th percentile.",
    rows: some,
    panels: () => grouped(some, PER_RUN).map((panel) => {
      const inside = groups.filter((group) => panel.includes(group[0]));
      const text = caption(panel, some, PER_RUN);
      return {
        caption: text,
        legend: () => legend(order.filter((form) => panel.some((row) => row.form === form)), colour, symbol),
        draw: (width) => dotRows({ width, label: `${text}: latency by form`, groups: inside, name: namer(inside.flat(), ["size"]), of: (row) => row.form,
          x: (row) => row.median_ms, low: (row) => row.min_ms, high: (row) => row.p90_ms, colour, symbol, xLabel: "Latency, median (ms) →", change, tip: times }),
      };
    }),
    columns: (some) => [...new Set([...identity(some), "Form"]), ...TIMES, ...known(some, ["Parameters, M", "GMACs", "Largest error"])],
  };
}

function deviceChart() {
  const facts = ["model", "form", "size", "precision"];
  const perImage = (row, ms) => row[ms] / row.batch;
  const key = (row) => JSON.stringify([row.model, ...facts.slice(1).map((fact) => FACTS[fact](row))]);
  const best = (group) => [...d3.group(group, device).values()].map((rows) => d3.least(rows, (row) => perImage(row, "median_ms")));
  const groups = [...d3.group(measured, key).values()].map(best).filter((group) => group.length > 1);
  const some = groups.flat();
  const devices = [...new Set(some.map(device))];
  const colour = (name) => COLOURS[devices.indexOf(name) % COLOURS.length];
  const symbol = (name) => SYMBOLS[devices.indexOf(name) % SYMBOLS.length];
  return {
    id: "devices", title: "Devices side by side",
    text: "Latency of an image: that of a batch divided by its images, for the batch that serves each device best of those measured. Bars reach from the fastest run to the 90th percentile.",
    rows: some,
    panels: () => some.length === 0 ? [] : [{
      caption: devices.map((name) => deviceDescription(some.find((row) => device(row) === name))).join("; "),
      legend: () => legend(devices, colour, symbol),
      draw: (width) => dotRows({ width, label: "latency by device", groups, name: namer(some, ["form", "size", "precision"]), of: device,
        x: (row) => perImage(row, "median_ms"), low: (row) => perImage(row, "min_ms"), high: (row) => perImage(row, "p90_ms"), colour, symbol,
        xLabel: "Latency of an image, median (ms) →", tip: (row) => `${times(row)}, batch ${row.batch}` }),
    }],
    columns: (some) => [...new Set([...identity(some), "Device", "Batch"]),
      { name: "Of an image, ms", value: (row) => perImage(row, "median_ms"), number: true }, ...TIMES, ...known(some, ["Kernels, ms", "Copies, ms"])],
  };
}
