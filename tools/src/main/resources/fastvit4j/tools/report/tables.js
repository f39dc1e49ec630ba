// The columns of the tables of results.

/** Columns by name: how a row's value is found, and how it is written (numbers to the right). */
const COLUMNS = {
  Model: { value: (row) => row.model },
  Form: { value: (row) => row.form },
  Size: { value: (row) => row.height * row.width, text: size, number: true },
  Batch: { value: (row) => row.batch, number: true },
  Precision: { value: (row) => row.precision },
  Threads: { value: cores, text: (row) => (row.threads === 0 ? `all ${cores(row)}` : `${row.threads}`), number: true },
  Device: { value: device },
  Preset: { value: (row) => row.preset },
  File: { value: (row) => row.file.name },
  "Median, ms": { value: (row) => row.median_ms, number: true },
  "Spread, ms": { value: (row) => row.spread_ms, number: true },
  "Minimum, ms": { value: (row) => row.min_ms, number: true },
  "p90, ms": { value: (row) => row.p90_ms, number: true },
  "p99, ms": { value: (row) => row.p99_ms, number: true },
  "Images/s": { value: (row) => row.images_per_second, number: true },
  "Kernels, ms": { value: (row) => row.kernels_ms, number: true },
  "Copies, ms": { value: (row) => row.transfers_ms, number: true },
  "Compile, ms": { value: (row) => row.compile_ms, number: true },
  "Peak memory, MiB": { value: (row) => row.peak_memory_bytes / 1048576, number: true },
  "Parameters, M": { value: (row) => row.parameters / 1e6, number: true },
  "GMACs": { value: (row) => row.macs / 1e9, number: true },
  "Largest error": { value: relativeError, text: (row) => relativeError(row)?.toExponential(1) ?? "–", number: true },
  "Top-1 (paper), %": { value: (row) => row.published?.top1, text: (row) => row.published?.top1?.toFixed(1) ?? "–", number: true },
  "Parameters (paper), M": { value: (row) => row.published?.parameters_m, number: true },
  "GMACs (paper)": { value: (row) => row.published?.gmacs, number: true },
  "RTX 2080 Ti, batch 8 (paper), ms": { value: (row) => row.published?.gpu_ms, number: true },
  "iPhone 12 Pro (paper), ms": { value: (row) => row.published?.mobile_ms, number: true },
  "Why it failed": { value: (row) => row.error, long: true },
};
/** The largest error of a logit in proportion to the largest logit, where that is above 1. */
function relativeError(row) {
  const { max_logit_error: error, max_logit: logit } = row.parity ?? {};
  return hasValue(error) ? error / Math.max(1, logit ?? 1) : error;
}

const IDENTITY = ["Form", "Size", "Batch", "Precision", "Threads", "Device", "Preset", "File"];
const TIMES = ["Median, ms", "Spread, ms", "Minimum, ms", "p90, ms", "p99, ms"];

/** The model and what else some rows differ in. */
function identity(some) {
  return ["Model", ...IDENTITY.filter((name) => new Set(some.map(COLUMNS[name].value)).size > 1)];
}

/** Of some columns those that any of the rows has a value in. */
function known(some, names) {
  return names.filter((name) => some.some((row) => hasValue(COLUMNS[name].value(row))));
}
