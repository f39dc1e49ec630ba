// Where time goes: bars of parts, by stage and by operator.

const MOST_BARS = 16;
const MOST_KINDS = 7;
const OTHER = "other";

/** Rows with the times of their steps: those of the inference form, or all if there are none. */
function profiled() {
  const some = measured.filter((row) => row.steps?.some((step) => step.median_ms > 0));
  const folded = some.filter((row) => row.form === "inference");
  return grouped(folded.length > 0 ? folded : some, ["device"]).flat();
}

/** The milliseconds of each kind of step of a row. */
function parts(row, kind) {
  return d3.rollup(row.steps, (steps) => d3.sum(steps, (step) => step.median_ms), kind);
}

function barPanel(group, all, kind, what, ordered) {
  const name = namer(group, ["form", "size", "batch", "precision", "threads"]);
  const bars = group.slice(0, MOST_BARS);
  const sums = new Map();
  for (const row of bars) {
    const total = d3.sum(row.steps, (step) => step.median_ms);
    for (const [part, ms] of parts(row, kind)) sums.set(part, (sums.get(part) ?? 0) + ms / total);
  }
  const kinds = ordered ? [...sums.keys()] : d3.sort(sums.keys(), (part) => -sums.get(part));
  const shown = kinds.length > MOST_KINDS ? [...kinds.slice(0, MOST_KINDS), OTHER] : kinds;
  const step = (MOST_KINDS - 1) / Math.max(1, Math.min(shown.length, MOST_KINDS) - 1);
  const place = (part) => Math.round(shown.indexOf(part) * step);
  const colour = (part) => (part === OTHER ? "var(--c7)" : `var(--r${place(part)})`);
  const ink = (part) => (part === OTHER ? "var(--plot-background)" : `var(--i${place(part)})`);
  const data = bars.flatMap((row) => {
    const total = d3.sum(row.steps, (step) => step.median_ms);
    const folded = d3.rollup([...parts(row, kind)], (some) => d3.sum(some, ([, ms]) => ms), ([part]) => (shown.includes(part) ? part : OTHER));
    let from = 0;
    return shown.filter((part) => folded.has(part)).map((part) => {
      const share = 100 * folded.get(part) / total;
      from += share;
      return { row, part, ms: folded.get(part), share, from: from - share, to: from };
    });
  });
  const text = `${caption(group, all, ["device"])}, by ${what}`;
  return {
    caption: text,
    legend: () => legend(shown, colour),
    draw: (width) => {
      const left = room(bars.map(name), width);
      const inside = width - left - 64;
      return plot(width, text, {
        height: 28 * bars.length + 56, marginLeft: left, marginRight: 64, marginTop: 12, marginBottom: 40,
        x: { domain: [0, 100], ticks: 5, tickFormat: (value) => `${value}`, label: "Part of the time (%) →", labelAnchor: "right" },
        y: { domain: bars.map(name), label: null, tickSize: 0, padding: 0.2, tickFormat: (value) => clipped(value, left) },
        marks: [
          Plot.barX(data, { y: (bar) => name(bar.row), x1: "from", x2: "to", fill: (bar) => colour(bar.part), insetRight: 1 }),
          Plot.text(data.filter((bar) => bar.share * inside / 100 > 24), { y: (bar) => name(bar.row), x: (bar) => (bar.from + bar.to) / 2,
            text: (bar) => Math.round(bar.share).toString(), fill: (bar) => ink(bar.part) }),
          Plot.text(bars, { y: name, x: 100, dx: 6, textAnchor: "start", text: (row) => `${digits(d3.sum(row.steps, (step) => step.median_ms))} ms` }),
          tips(data, { y: (bar) => name(bar.row), x: (bar) => (bar.from + bar.to) / 2, title: (bar) => `${name(bar.row)}, ${bar.part}\n${digits(bar.ms)} ms, ${bar.share.toFixed(1)} %` }),
        ],
      });
    },
  };
}

function partChart() {
  const some = profiled();
  const steps = some.flatMap((row) => row.steps.map((step) => ({ ...step, row, share: 100 * step.median_ms / d3.sum(row.steps, (other) => other.median_ms) })));
  return {
    id: "parts", title: "Where time goes",
    text: `The median time of each step of a run, added up: by the stage of the network that it belongs to, and by the kind of operator, with what was fused into it. The numbers are percents, and to the right of a bar stands the time of all its steps. The first ${MOST_BARS} configurations of a device are drawn.`,
    rows: some,
    panels: () => grouped(some, ["device"]).flatMap((group) => [
      barPanel(group, some, (step) => step.stage, "stage", true),
      barPanel(group, some, (step) => step.operator, "operator", false),
    ]),
    tableRows: steps,
    columns: () => {
      const name = namer(some);
      return [
        { name: "Configuration", value: (step) => name(step.row) },
        { name: "Step", value: (step) => step.name },
        { name: "Stage", value: (step) => step.stage },
        { name: "Operator", value: (step) => step.operator },
        { name: "Fused", value: (step) => step.operators },
        { name: "Median, ms", value: (step) => step.median_ms, number: true },
        { name: "Share, %", value: (step) => step.share, text: (step) => step.share.toFixed(1), number: true },
        { name: "GFLOP/s", value: (step) => 2 * step.macs / step.median_ms / 1e6, number: true },
        { name: "GB/s", value: (step) => step.bytes / step.median_ms / 1e6, number: true },
      ];
    },
  };
}
