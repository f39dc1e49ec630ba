// What all charts share: colours, symbols, labels that keep clear of each other, and saving.

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

/**
 * Text marks beside points, each on the first of its places that is free of the others, of the points
 * and of the frame, beginning where a rising curve leaves room: to the upper left and the lower right.
 */
function labels(data, { x, y, text, fill, radius = 6 }) {
  const places = [
    [-radius, -radius - 6, "end"], [radius, radius + 7, "start"], [0, -radius - 7, "middle"], [0, radius + 8, "middle"],
    [radius, -radius - 6, "start"], [-radius, radius + 7, "end"], [radius + 3, 0, "start"], [-radius - 3, 0, "end"],
    [-radius, -2 * radius - 12, "end"], [radius, 2 * radius + 12, "start"],
  ];
  return (index, scales, values, dimensions, context) => {
    const group = context.document.createElementNS("http://www.w3.org/2000/svg", "g");
    group.setAttribute("aria-label", "labels");
    const points = data.map((row) => [scales.x(x(row)), scales.y(y(row))]);
    const taken = points.map(([px, py]) => [px - 5, py - 5, px + 5, py + 5]);
    const right = dimensions.width - 2;
    data.forEach((row, i) => {
      const width = text(row).length * FONT * 0.56;
      const box = ([dx, dy, anchor]) => {
        const left = points[i][0] + dx - (anchor === "start" ? 0 : anchor === "end" ? width : width / 2);
        return [left, points[i][1] + dy - FONT * 0.55, left + width, points[i][1] + dy + FONT * 0.55];
      };
      const clashes = (place) => {
        const [l, t, r, b] = box(place);
        const outside = l < 2 || r > right || t < 0 || b > dimensions.height - dimensions.marginBottom;
        return (outside ? 10 : 0) + taken.filter(([tl, tt, tr, tb]) => l < tr && r > tl && t < tb && b > tt).length;
      };
      const place = d3.least(places, clashes);
      taken.push(box(place));
      const label = context.document.createElementNS("http://www.w3.org/2000/svg", "text");
      label.setAttribute("x", points[i][0] + place[0]);
      label.setAttribute("y", points[i][1] + place[1]);
      label.setAttribute("dy", "0.32em");
      label.setAttribute("text-anchor", place[2]);
      label.setAttribute("style", `fill:${fill(row)};stroke:var(--plot-background);stroke-width:3px;paint-order:stroke`);
      label.textContent = text(row);
      group.append(label);
    });
    return group;
  };
}

/** Labels to the right of the last points of lines, moved apart where they would cover each other. */
function endLabels(data, { x, y, text, fill }) {
  return (index, scales, values, dimensions, context) => {
    const group = context.document.createElementNS("http://www.w3.org/2000/svg", "g");
    group.setAttribute("aria-label", "labels");
    const places = data.map((row) => ({ row, left: scales.x(x(row)) + 10, top: scales.y(y(row)) }));
    places.sort((a, b) => a.top - b.top);
    const lowest = dimensions.height - dimensions.marginBottom;
    for (let i = 1; i < places.length; i++) places[i].top = Math.max(places[i].top, places[i - 1].top + FONT + 2);
    for (let i = places.length - 1, limit = lowest; i >= 0; i--, limit -= FONT + 2) {
      places[i].top = Math.min(places[i].top, limit);
    }
    for (const { row, left, top } of places) {
      const label = context.document.createElementNS("http://www.w3.org/2000/svg", "text");
      label.setAttribute("x", left);
      label.setAttribute("y", top);
      label.setAttribute("dy", "0.32em");
      label.setAttribute("text-anchor", "start");
      label.setAttribute("style", `fill:${fill(row)};stroke:none`);
      label.textContent = text(row);
      group.append(label);
    }
    return group;
  };
}

/** The pixels that the longest of some labels takes, within what a width has room for. */
function room(texts, width) {
  const longest = d3.max(texts, (text) => text.length) ?? 0;
  return Math.min(longest * FONT * 0.58 + 14, width * 0.42);
}

/** A label that fits into some pixels. */
function clipped(text, pixels) {
  const most = Math.max(4, Math.floor((pixels - 12) / (FONT * 0.58)));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** A legend of names with colours, and with symbols where they are given. */
function legend(names, colour, symbol = () => "square") {
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
    item.append(svg.node(), name);
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
