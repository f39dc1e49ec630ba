// The rows of all files, and how they are named and grouped.

const { title, files } = JSON.parse(document.getElementById("data").textContent);

/** A model's name without the preset that it is a row of, for figures: figure3 has one of each size. */
function bare(result) {
  if (result.preset === "figure1") return result.model.replace(/^figure1\//, "");
  if (result.preset === "figure3") return result.model.replace(/^figure3\//, "").replace(/-\d+$/, "");
  return result.model;
}

/** One row a configuration: what the file says of it, with the file that it is from. */
const rows = files.flatMap((file) => file.results.map((result) => ({ ...result, model: bare(result), file })));

const VARIANT = /^(t8|t12|s12|sa12|sa24|sa36|ma36)$/;

/** The family of networks that a model belongs to: the first letters of its name. */
function family(row) {
  if (VARIANT.test(row.model) || /^fastvit/i.test(row.model)) return "FastViT";
  return /^[a-z]+/i.exec(row.model)?.[0] ?? row.model;
}

function size(row) {
  return row.height === row.width ? `${row.height}` : `${row.height}×${row.width}`;
}

/** Cores that a row may use: where it may use all, those of its machine. */
function cores(row) {
  return row.threads || row.file.environment.cores || 1;
}

/** What tells a device from one of the same name in another machine. */
function machine(file, name) {
  const { os, architecture, cores, devices } = file.environment;
  return JSON.stringify([os, architecture, cores, devices?.[name]]);
}

/** The device, with its file where another file has another one of that name. */
function device(row) {
  const others = files.some((file) => file.results.some((result) => result.device === row.device)
    && machine(file, row.device) !== machine(row.file, row.device));
  return others ? `${row.device} (${row.file.name})` : row.device;
}

const configuration = (row) => JSON.stringify([row.model, row.form, size(row), row.batch, row.precision, row.threads, device(row)]);

const measured = rows.filter((row) => row.status !== "failed" && row.median_ms > 0);

/** Each configuration once: where several files have it, from the one that has most of these rows. */
function coherent(some) {
  const byFile = d3.sort(d3.groups(some, (row) => row.file), ([, own]) => -own.length).flatMap(([, own]) => own);
  const chosen = new Set(d3.rollup(byFile, (same) => same[0], configuration).values());
  return some.filter((row) => chosen.has(row));
}

function deviceDescription(row) {
  const known = row.file.environment.devices?.[row.device]?.description;
  return known && known !== row.device ? `${device(row)}: ${known}` : device(row);
}

/** What a row may be told from another by, beside its model. */
const FACTS = {
  form: (row) => row.form,
  size: (row) => size(row),
  batch: (row) => `batch ${row.batch}`,
  precision: (row) => row.precision,
  threads: (row) => (row.threads === 0 ? "all cores" : row.threads === 1 ? "1 thread" : `${row.threads} threads`),
  device: deviceDescription,
};

/** The facts that are not the same for all of some rows. */
function varying(some, facts = Object.keys(FACTS)) {
  return facts.filter((fact) => new Set(some.map(FACTS[fact])).size > 1);
}

/** A function that names each of some rows as shortly as tells them apart. */
function namer(some, facts) {
  const telling = varying(some, facts);
  return (row) => [row.model, ...telling.map((fact) => FACTS[fact](row))].filter(Boolean).join(", ");
}

function keyOf(row, facts) {
  return JSON.stringify(facts.map((fact) => (fact === "model" ? row.model : FACTS[fact](row))));
}

/** Some rows in groups that agree in all of these facts, each configuration once. */
function grouped(some, facts) {
  return [...d3.group(some, (row) => keyOf(row, facts)).values()].map(coherent);
}

/** A group's caption: its device, and what else its rows have in common and others have not. */
function caption(group, all, facts) {
  const telling = varying(all, facts.filter((fact) => fact !== "device"));
  return [deviceDescription(group[0]), ...telling.map((fact) => FACTS[fact](group[0]))].join(", ");
}

function times(row) {
  return `median ${digits(row.median_ms)} ms (minimum ${digits(row.min_ms)}, p90 ${digits(row.p90_ms)})`;
}
