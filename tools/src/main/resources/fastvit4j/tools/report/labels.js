// Labels beside points that cover neither each other nor a point.

const SVG = "http://www.w3.org/2000/svg";
const GAP = 2;
/** Half the width and half the height of what a dot's symbol takes. */
const [DOT, TALL] = [7, 8.5];
/** How far from its point a label may end up that a line leads to. */
const REACH = [14, 20, 30, 42, 56, 74, 94, 118];
const SEARCHES = 120;

const ruler = document.createElement("canvas").getContext("2d");

/** The pixels that a text takes, in height whatever its letters are. */
function extent(text) {
  ruler.font = `${FONT}px system-ui, sans-serif`;
  const { width, fontBoundingBoxAscent, fontBoundingBoxDescent } = ruler.measureText(text);
  return { width, height: fontBoundingBoxAscent + fontBoundingBoxDescent };
}

function meet([l, t, r, b], [ol, ot, or, ob], gap = 0) {
  return l < or + gap && r > ol - gap && t < ob + gap && b > ot - gap;
}

/** Whether a segment comes into a box: what is left of it between each two sides is not nothing. */
function cuts([x1, y1, x2, y2], [l, t, r, b]) {
  let [from, to] = [0, 1];
  for (const [start, by, low, high] of [[x1, x2 - x1, l, r], [y1, y2 - y1, t, b]]) {
    if (by === 0) {
      if (start <= low || start >= high) return false;
    } else {
      const ends = [(low - start) / by, (high - start) / by];
      from = Math.max(from, Math.min(...ends));
      to = Math.min(to, Math.max(...ends));
    }
  }
  return from < to;
}

function cross([ax, ay, bx, by], [cx, cy, dx, dy]) {
  const side = (x1, y1, x2, y2, x, y) => Math.sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1));
  return side(ax, ay, bx, by, cx, cy) !== side(ax, ay, bx, by, dx, dy) && side(cx, cy, dx, dy, ax, ay) !== side(cx, cy, dx, dy, bx, by);
}

/** Takes from a drawn axis the tick labels that would cover the one before. */
function thinned(svg, axis) {
  const side = axis === "x" ? "width" : "height";
  const taken = [];
  for (const tick of svg.querySelectorAll(`g[aria-label="${axis}-axis tick label"] text`)) {
    if (!tick.textContent) continue;
    const at = Number(/translate\(([^,]+),([^)]+)\)/.exec(tick.getAttribute("transform"))?.[axis === "x" ? 1 : 2]);
    const half = extent(tick.textContent)[side] / 2 + GAP;
    const own = [at - half, at + half];
    if (taken.some(([from, to]) => own[0] < to && own[1] > from)) tick.remove();
    else taken.push(own);
  }
}

/**
 * The places that a label of a size may have beside its point, the better ones first: next to it, beginning
 * where a rising curve leaves room, to the upper left and the lower right; then away from it, with a line.
 */
function places([px, py], { width, height }) {
  const [w, h] = [width / 2, height / 2];
  const near = [
    [-DOT - w, -6 - h], [DOT + w, 6 + h], [0, -TALL - h], [0, TALL + h], [DOT + w, -6 - h], [-DOT - w, 6 + h], [DOT + 2 + w, 0], [-DOT - 2 - w, 0],
  ].map(([dx, dy], i) => ({ dx, dy, cost: i / 10 }));
  const far = REACH.flatMap((reach) => d3.range(24).map((i) => {
    const [ux, uy] = [Math.cos(i * Math.PI / 12), Math.sin(i * Math.PI / 12)];
    const [dx, dy] = [ux * reach + Math.sign(Math.round(ux * 9)) * w, uy * reach + Math.sign(Math.round(uy * 9)) * h];
    return { dx, dy, cost: 2 + reach / 12, line: [px + ux * DOT, py + uy * DOT, px + ux * (reach - 1), py + uy * (reach - 1)] };
  }));
  return [...near, ...far].map(({ dx, dy, cost, line }) => ({ cost, line, x: px + dx, y: py + dy, box: [px + dx - w, py + dy - h, px + dx + w, py + dy + h] }));
}

function clash(one, other) {
  return meet(one.box, other.box, GAP) || (one.line && cuts(one.line, other.box)) || (other.line && cuts(other.line, one.box))
    || (one.line && other.line && cross(one.line, other.line));
}

/**
 * A place for each label, or none where there is no room. Labels take the best free place in turn, those with few
 * choices first. One that finds none drives others from theirs, which look for another one; the longer a label has
 * gone without, the dearer it is to drive away. The best that was seen on the way counts.
 *
 * @param points of the labels, in pixels
 * @param sizes of the labels
 * @param frame the box that they stay in
 * @param lines what they had better not cover, as segments
 */
function placed(points, sizes, frame, lines) {
  const dots = points.map(([x, y]) => [x - DOT, y - TALL, x + DOT, y + TALL]);
  // A line may leave through a dot on which its own one lies, and touch the edge of others.
  const hearts = (i) => points.filter(([x, y]) => Math.hypot(x - points[i][0], y - points[i][1]) > DOT).map(([x, y]) => [x - 4, y - 4, x + 4, y + 4]);
  const within = ([l, t, r, b]) => l >= frame[0] && t >= frame[1] && r <= frame[2] && b <= frame[3];
  const choices = points.map((point, i) => d3.sort(
    places(point, sizes[i])
      .filter(({ box, line }) => within(box) && !dots.some((dot) => meet(box, dot)) && !(line && hearts(i).some((heart) => cuts(line, heart))))
      .map((place) => ({ ...place, cost: place.cost + 0.4 * d3.sum(lines, (line) => cuts(line, place.box)) })),
    (place) => place.cost));
  const order = d3.sort(d3.range(points.length).filter((i) => choices[i].length > 0), (i) => choices[i].length);
  const weights = points.map(() => 1);
  const chosen = new Map();
  const against = (i, place) => [...chosen.keys()].filter((j) => j !== i && clash(place, chosen.get(j)));
  const settle = (i) => {
    const free = choices[i].find((place) => against(i, place).length === 0);
    if (free) chosen.set(i, free);
  };
  order.forEach(settle);
  let best = new Map(chosen);
  for (let search = 0; search < SEARCHES && best.size < order.length; search++) {
    const missing = order.filter((i) => !chosen.has(i));
    const i = missing[search % missing.length];
    weights[i]++;
    const place = d3.least(choices[i], (one) => 100 * d3.sum(against(i, one), (j) => weights[j]) + one.cost);
    const driven = against(i, place);
    driven.forEach((j) => chosen.delete(j));
    chosen.set(i, place);
    driven.forEach(settle);
    order.filter((j) => !chosen.has(j)).forEach(settle);
    if (chosen.size > best.size) best = new Map(chosen);
  }
  chosen.clear();
  best.forEach((place, i) => chosen.set(i, place));
  for (const i of [...order, ...order]) settle(i);
  return points.map((point, i) => chosen.get(i));
}

function textAt(context, x, y, anchor, style, text) {
  const label = context.document.createElementNS(SVG, "text");
  for (const [name, value] of Object.entries({ x, y, dy: "0.32em", "text-anchor": anchor, style })) label.setAttribute(name, value);
  label.textContent = text;
  return label;
}

function leader(context, [x1, y1, x2, y2], colour) {
  const line = context.document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ x1, y1, x2, y2, style: `stroke:${colour};stroke-opacity:0.7` })) line.setAttribute(name, value);
  return line;
}

/** A mark: the texts of points beside them, where there is room. `z` tells whose points a line joins, `bar` from where to where a bar lies on one. */
function labels(data, { x, y, z, bar, text, fill }) {
  return (index, scales, values, dimensions, context) => {
    const group = context.document.createElementNS(SVG, "g");
    group.setAttribute("aria-label", "labels");
    const points = data.map((row) => [scales.x(x(row)), scales.y(y(row))]);
    const lines = [...d3.group(d3.range(data.length), (i) => z(data[i])).values()].flatMap((own) => d3.pairs(own, (i, j) => [...points[i], ...points[j]]));
    if (bar) lines.push(...data.map((row) => bar(row).map(scales.x)).map(([from, to], i) => [from, points[i][1], to, points[i][1]]));
    const frame = [dimensions.marginLeft + 2, dimensions.marginTop, dimensions.width - 2, dimensions.height - dimensions.marginBottom - 2];
    placed(points, data.map((row) => extent(text(row))), frame, lines).forEach((place, i) => {
      if (!place) return;
      const colour = fill(data[i]);
      if (place.line) group.append(leader(context, place.line, colour));
      group.append(textAt(context, place.x, place.y, "middle", `fill:${colour};stroke:var(--plot-background);stroke-width:3px;paint-order:stroke`, text(data[i])));
    });
    return group;
  };
}

/** Pixels from one end label to the next. */
const endPitch = () => Math.ceil(extent("Äg").height) + 1;

/** A mark: labels in a column to the right of all lines, at the height of their ends or as near to it as others let them. */
function endLabels(data, { x, y, text, fill }) {
  return (index, scales, values, dimensions, context) => {
    const group = context.document.createElementNS(SVG, "g");
    group.setAttribute("aria-label", "labels");
    const ends = d3.sort(data.map((row) => ({ row, x: scales.x(x(row)), y: scales.y(y(row)), top: scales.y(y(row)) })), (end) => end.y);
    const left = d3.max(ends, (end) => end.x) + 14;
    const pitch = endPitch();
    for (let i = 1; i < ends.length; i++) ends[i].top = Math.max(ends[i].top, ends[i - 1].top + pitch);
    for (let i = ends.length - 1, limit = dimensions.height - dimensions.marginBottom; i >= 0; i--, limit -= pitch) {
      ends[i].top = Math.min(ends[i].top, limit);
    }
    for (const end of ends) {
      const colour = fill(end.row);
      group.append(leader(context, [end.x + DOT, end.y, left - 2, end.top], colour),
        textAt(context, left, end.top, "start", `fill:${colour};stroke:none`, text(end.row)));
    }
    return group;
  };
}

/** The pixels that the longest of some labels takes with what leads to it, within what a width has room for. */
function room(texts, width) {
  return Math.min((d3.max(texts, (text) => extent(text).width) ?? 0) + 20, width * 0.42);
}

/** A label that fits into some pixels. */
function clipped(text, pixels) {
  if (extent(text).width <= pixels - 18) return text;
  let most = text.length - 1;
  while (most > 3 && extent(`${text.slice(0, most)}…`).width > pixels - 18) most--;
  return `${text.slice(0, most)}…`;
}
