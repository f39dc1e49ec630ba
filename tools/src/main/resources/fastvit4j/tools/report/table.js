// Tables that are sorted by a click on a column's head.

/** A number with three digits at least. */
function digits(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const places = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
}

function hasValue(value) {
  return value !== null && value !== undefined && value !== "" && !Number.isNaN(value);
}

/** A sortable table of rows; columns are names of COLUMNS or columns of their own, with a name. */
function table(some, columns) {
  const all = columns.map((column) => (typeof column === "string" ? { name: column, ...COLUMNS[column] } : column));
  const body = element("tbody");
  const heads = all.map((column) => {
    const button = element("button", { type: "button", textContent: column.name });
    const head = element("th", { scope: "col", className: column.number ? "" : "text" }, button);
    button.addEventListener("click", () => sort(column, head));
    return head;
  });
  const fill = (sorted) => body.replaceChildren(...sorted.map((row) => element("tr", {}, ...all.map((column) => {
    const value = column.value(row);
    const text = column.text ? column.text(row) : !hasValue(value) ? "–" : column.number ? cell(value) : `${value}`;
    return element("td", { textContent: text, className: (column.number ? "" : "text") + (column.long ? " long" : "") });
  }))));
  function sort(column, head) {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = column.number ? d3.ascending : (a, b) => `${a}`.localeCompare(`${b}`, "en", { numeric: true });
    fill([...some].sort((a, b) => {
      const [x, y] = [column.value(a), column.value(b)];
      if (!hasValue(x) || !hasValue(y)) return hasValue(y) - hasValue(x);
      return down ? order(y, x) : order(x, y);
    }));
  }
  fill(some);
  const head = element("thead", {}, element("tr", {}, ...heads));
  return element("div", { className: "scroll", tabIndex: 0 }, element("table", {}, head, body));
}

function cell(value) {
  return Number.isInteger(value) ? value.toLocaleString("en") : digits(value);
}
