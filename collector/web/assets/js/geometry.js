// What of a chart lies where: from values to coordinates, without a canvas.
//
// A graph is {edges, seen, above, below, marks}: bucket i is the time [edges[i], edges[i + 1]), of which seen[i] seconds
// were observed. above and below are {sum, peak} of a counter or {mean, peak} of a gauge, below may be null; null
// among their values is what was not measured. A bucket is drawn as wide as it is, never as a curve between two points
// that nobody measured.

// Where times lie between the left and the right edge of a plot.
export class TimeScale {
  constructor(from, to, left, width) {
    Object.assign(this, { from, to, left, width });
  }
  x(time) {
    return this.left + ((time - this.from) / (this.to - this.from)) * this.width;
  }
  time(x) {
    return this.from + ((x - this.left) / this.width) * (this.to - this.from);
  }
}

// The bucket that a time lies in; before the first it is 0, behind the last it is the last.
export function bucketAt(edges, time) {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle] <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

// A bucket in one direction: what its height stands for, and the busiest second (or the highest reading) in it.
export function bucketValue(graph, side, index, mode) {
  const values = graph[side];
  if (values.mean) return values.mean[index];
  const sum = values.sum[index];
  if (sum === null || mode === 'amount') return sum;
  return sum / (graph.seen[index] || graph.edges[index + 1] - graph.edges[index]);
}

// Whether this was measured: in a second that was looked at, not everything has to be.
export const isKnown = (graph, index) =>
  ['above', 'below'].some(side => ((graph[side]?.mean ?? graph[side]?.sum)?.[index] ?? null) !== null);

// One column per bucket; buckets that are narrower than a pixel share one: the mean over the time observed (of amounts
// the sum), and the highest peak. Null where nothing was measured.
export function columnsOf(graph, scale, mode) {
  const columns = [];
  const right = scale.left + scale.width;
  const last = bucketAt(graph.edges, scale.to - 1e-6);
  for (let index = bucketAt(graph.edges, scale.from); index <= last;) {
    const left = scale.x(graph.edges[index]);
    let end = index + 1;
    while (end <= last && scale.x(graph.edges[end]) - left < 1) ++end;
    columns.push(column(graph, index, end, mode, {
      left: Math.max(scale.left, left),
      right: Math.min(right, scale.x(graph.edges[end])),
    }));
    index = end;
  }
  return columns.filter(each => each === null || each.right > each.left);
}

function column(graph, begin, end, mode, place) {
  const sides = { above: 0, below: 0, abovePeak: 0, belowPeak: 0 };
  let seen = 0;
  let known = false;
  for (let index = begin; index < end; ++index) {
    if (!isKnown(graph, index)) continue;
    known = true;
    const weight = mode === 'amount' ? 1 : graph.seen[index] || graph.edges[index + 1] - graph.edges[index];
    seen += weight;
    for (const side of ['above', 'below']) {
      if (!graph[side]) continue;
      sides[side] += (bucketValue(graph, side, index, mode) ?? 0) * weight;
      sides[`${side}Peak`] = Math.max(sides[`${side}Peak`], graph[side].peak?.[index] ?? 0);
    }
  }
  if (!known) return null;
  if (mode !== 'amount') {
    sides.above /= seen;
    sides.below /= seen;
  }
  return { ...place, ...sides };
}

// How high values are. `bent`: by their square root, so that small and large both show; the square root of a ratio is
// the same in all units. Each of two directions has a sixth of the room at least.
export class ValueScale {
  constructor(columns, { height, bent = false, stacked = false, peaks = true, mirrored = true, most = 0, least = 0 }) {
    this.bent = bent;
    this.top = most;
    this.bottom = 0;
    for (const each of columns) {
      if (!each) continue;
      const above = stacked ? each.above + each.below : peaks ? Math.max(each.abovePeak, each.above) : each.above;
      const below = stacked ? 0 : peaks ? Math.max(each.belowPeak, each.below) : each.below;
      this.top = Math.max(this.top, above);
      this.bottom = Math.max(this.bottom, below);
    }
    this.top = Math.max(this.top, least) || 1;
    const isMirrored = mirrored && !stacked;
    const lower = this.bend(this.bottom) * 1.12;
    const up = Math.max(this.bend(this.top) * 1.06, isMirrored ? lower * 0.18 : 0);
    const down = isMirrored ? Math.max(lower, up * 0.18) : 0;
    this.zero = Math.round((height * up) / (up + down));
    this.factor = (this.zero - 6) / up;
  }
  bend(value) {
    return this.bent ? Math.sqrt(value) : value;
  }
  above(value) {
    return this.zero - this.bend(value) * this.factor;
  }
  below(value) {
    return this.zero + this.bend(value) * this.factor;
  }
}

// Where lines of a grid belong, in the unit that is shown (bytes × factor): 1, 2, 5, 10 … for a bent scale, equal steps
// else; with binary prefixes powers of two, which are round at each of them.
export function gridValues(top, factor, bent, isBinary = false) {
  const highest = top * factor;
  const found = [];
  if (isBinary) {
    const step = 2 ** Math.ceil(Math.log2(highest / 5));
    if (bent) for (let value = 2 ** Math.floor(Math.log2(highest) - 9); value <= highest; value *= 2) found.push(value / factor);
    else for (let value = step; value <= highest * 1.001; value += step) found.push(value / factor);
    return found;
  }
  if (!bent) {
    const rough = highest / 5;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find(each => each * power >= rough * 0.999) * power;
    for (let value = step; value <= highest * 1.001; value += step) found.push(value / factor);
    return found;
  }
  for (let power = 10 ** Math.floor(Math.log10(highest) - 2); power <= highest; power *= 10)
    for (const digit of [1, 2, 5])
      if (digit * power <= highest * 1.001) found.push((digit * power) / factor);
  return found;
}

// The upper edges of neighbouring columns, as runs of points: a run ends where nothing was measured.
export function outlines(columns, name, y) {
  const runs = [];
  let run = null;
  for (const each of columns) {
    if (!each) {
      run = null;
      continue;
    }
    if (!run) runs.push((run = []));
    const height = y(each[name]);
    run.push([each.left, height], [each.right, height]);
  }
  return runs;
}

// Stretches of time without a measurement, or asleep: [left, right].
export function gapsOf(graph, scale, until) {
  const gaps = [];
  const add = (from, to) => {
    const left = Math.max(scale.left, scale.x(from));
    const right = Math.min(scale.left + scale.width, scale.x(Math.min(until, to)));
    if (right > left) gaps.push([left, right]);
  };
  const count = graph.edges.length - 1;
  for (let index = 0; index < count; ++index) {
    if (isKnown(graph, index) || graph.edges[index] >= until) continue;
    const first = index;
    while (index + 1 < count && !isKnown(graph, index + 1) && graph.edges[index + 1] < until) ++index;
    add(graph.edges[first], graph.edges[index + 1]);
  }
  for (const mark of graph.marks) if (mark.kind === 'gap') add(mark.time, mark.end);
  return gaps;
}

// What of a plot has not come yet: [left, right].
export function futureOf(scale, now) {
  const right = scale.left + scale.width;
  return [Math.min(right, Math.max(scale.left, scale.x(now))), right];
}
