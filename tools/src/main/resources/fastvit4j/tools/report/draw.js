// What all charts share: colours, symbols, legends, and saving.

const COLOURS = d3.range(8).map((i) => `var(--c${i})`);
const SYMBOLS = ["circle", "triangle", "square", "diamond", "star", "wye", "times", "plus"];
const FONT = 12;

function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

/** A plot of this page's looks in a width. */
function plot(width, label, options) {
  const svg = Plot.plot({
    width,
    style: { fontSize: `${FONT}px`, fontFamily: "system-ui, sans-serif", background: "transparent", overflow: "visible" },
    ariaLabel: label,
    ...options,
  });
  thinned(svg, "x");
  thinned(svg, "y");
  svg.setAttribute("role", "img");
  svg.style.setProperty("--plot-background", "var(--paper)");
  return svg;
}

/** A wide range of positive numbers is drawn by its logarithm. */
function scaleOf(values) {
  const [least, most] = d3.extent(values);
  return most / least > 5 ? { type: "log", ticks: 6, tickFormat: tick } : { zero: false, ticks: 6, tickFormat: tick };
}

function tick(value) {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** A legend of names with colours, and with symbols and with other texts where they are given. */
function legend(names, colour, symbol = () => "square", text = (name) => name) {
  const types = { circle: d3.symbolCircle, triangle: d3.symbolTriangle, square: d3.symbolSquare, diamond: d3.symbolDiamond,
    star: d3.symbolStar, wye: d3.symbolWye, times: d3.symbolTimes, plus: d3.symbolPlus };
  return element("ul", { className: "legend" }, ...names.map((name) => {
    const item = element("li");
    const type = types[symbol(name)];
    const drawn = d3.symbol(type, 70)();
    const stroked = type === d3.symbolTimes || type === d3.symbolPlus;
    const svg = d3.create("svg").attr("width", 14).attr("height", 14).attr("viewBox", "-7 -7 14 14").attr("aria-hidden", "true");
    svg.append("path").attr("d", drawn).attr("style", stroked
      ? `fill:none;stroke:${colour(name)};stroke-width:2` : `fill:${colour(name)}`);
    item.append(svg.node(), text(name));
    return item;
  }));
}

/** A drawn chart as a file of its own, in the colours that its reader prefers. */
function standalone(svg) {
  const copy = svg.cloneNode(true);
  for (const extra of copy.querySelectorAll("[aria-label=tip]")) extra.remove();
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const sheet = document.styleSheets[0].cssRules;
  const variables = (rule) => [...rule.style].filter((name) => name.startsWith("--"))
    .map((name) => `${name}:${rule.style.getPropertyValue(name)}`).join(";");
  const dark = [...sheet].find((rule) => rule.media?.mediaText.includes("dark")).cssRules[0];
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = `:root{${variables(sheet[0])};color:var(--ink)}`
    + `@media (prefers-color-scheme: dark){:root{${variables(dark)}}}`;
  copy.prepend(style);
  return new XMLSerializer().serializeToString(copy);
}

function save(name, svg) {
  const url = URL.createObjectURL(new Blob([standalone(svg)], { type: "image/svg+xml" }));
  element("a", { href: url, download: `${name}.svg` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Draws each chart as wide as its place, now and whenever that changes. */
function keepFitting(main) {
  const fit = () => {
    for (const place of main.querySelectorAll(".chart")) {
      const width = Math.floor(place.clientWidth);
      if (width > 0 && `${width}` !== place.dataset.width) {
        place.dataset.width = width;
        place.draw(width);
      }
    }
  };
  fit();
  new ResizeObserver(() => requestAnimationFrame(fit)).observe(main);
}
