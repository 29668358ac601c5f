// Chart: a graph (geometry.js) on a canvas. Download above the line and upload below it; the mean is filled, the busiest
// second is the pale band beyond. In the mode `amount` both are stacked in bars.
import { drawGrid, drawMarks, drawTimes } from './axes.js';
import { TimeScale, ValueScale, columnsOf, futureOf, gapsOf, outlines } from './geometry.js';
import { Sheet } from './sheet.js';

const font = '11px Inter, "SF Pro Text", system-ui, "Segoe UI", Cantarell, "Noto Sans", sans-serif';

export class Chart {
  // `format`: what the axis says of a value. `bare`: without axes, marks and gaps. `factor`: from the graph's unit to
  // the one that is shown, for round numbers on the axis. `isWhole`: there is nothing between one and two. `isBytes()`:
  // whether the values are bytes. `margin()`: room for what the axis says.
  constructor(box, wishes = {}) {
    const usual = { bare: false, bent: false, mode: 'rate', format: String, factor: () => 1, margin: () => 70 };
    Object.assign(this, usual, wishes, { box });
    this.sheet = new Sheet(box, (context, width, height) => this.draw(context, width, height));
  }

  close() {
    this.sheet.close();
  }

  set(graph, from, to, now = to) {
    Object.assign(this, { graph, from, to, now });
    this.sheet.ask();
  }

  draw(context, width, height) {
    if (!this.graph) return;
    this.context = context;
    const left = this.bare ? 0 : this.margin();
    this.height = height - (this.bare ? 0 : 24);
    this.times = new TimeScale(this.from, this.to, left, width - left - (this.bare ? 0 : 2));
    const columns = columnsOf(this.graph, this.times, this.mode);
    this.values = this.scale(columns);
    context.font = font;
    context.textBaseline = 'middle';
    context.lineWidth = 1;
    if (!this.bare) {
      drawGrid(this, width);
      drawTimes(this, width, height);
      this.drawGaps();
    }
    if (this.isStacked()) this.drawBars(columns);
    else {
      this.drawSide(columns, 'above', value => this.values.above(value), this.graph.above.colour ?? 'down');
      if (this.graph.below) this.drawSide(columns, 'below', value => this.values.below(value), 'up');
    }
    context.fillStyle = this.sheet.colour('line');
    context.fillRect(left, this.values.zero, this.times.width, 1);
    if (!this.bare) drawMarks(this, width);
    this.overlay?.(context, width, height);
  }

  isStacked() {
    return this.mode === 'amount' && !this.bare;
  }

  scale(columns) {
    const wanted = {
      height: this.height, bent: this.bent, stacked: this.isStacked(), peaks: this.mode === 'rate' && !this.bare,
      mirrored: Boolean(this.graph.below), most: this.most,
    };
    // A live picture grows at once, and shrinks slowly.
    if (this.isLive) {
      const next = new ValueScale(columns, wanted).top;
      this.liveTop = this.liveTop > next ? this.liveTop + (Math.max(next, this.liveTop * 0.6) - this.liveTop) * 0.12 : next;
      wanted.least = this.liveTop;
    }
    return new ValueScale(columns, wanted);
  }

  // Nothing was measured here: that is not the same as nothing that moved.
  drawGaps() {
    const { context } = this;
    context.fillStyle = this.hatching();
    // Bars stand for all of their time: what is shorter is within them.
    const { edges } = this.graph;
    const middle = edges.length >> 1;
    const least = this.isStacked() ? this.times.x(edges[middle]) - this.times.x(edges[middle - 1]) : 3;
    for (const [left, right] of gapsOf(this.graph, this.times, this.now))
      if (right - left > least) context.fillRect(left, 0, right - left, this.height);
    this.drawFuture();
  }

  drawFuture() {
    const [from, to] = futureOf(this.times, this.now);
    if (to - from < 48) return;
    const { context } = this;
    context.fillRect(from, 0, to - from, this.height);
    context.fillStyle = this.sheet.colour('soft');
    context.textAlign = 'center';
    context.fillText('not yet', (from + to) / 2, this.height / 2);
  }

  hatching() {
    const tint = this.sheet.colour('hatch');
    if (this.hatchTint === tint) return this.hatch;
    const tile = new OffscreenCanvas(7, 7);
    const lines = tile.getContext('2d');
    lines.strokeStyle = tint;
    lines.globalAlpha = 0.55;
    for (const x of [-7, 0, 7]) {
      lines.moveTo(x, 7);
      lines.lineTo(x + 7, 0);
    }
    lines.stroke();
    this.hatchTint = tint;
    return (this.hatch = this.context.createPattern(tile, 'repeat'));
  }

  drawSide(columns, side, y, colour) {
    const { context, sheet, values } = this;
    if (this.mode === 'rate' && !this.bare && this.graph[side].peak) {
      const band = outlines(columns, `${side}Peak`, y);
      context.fillStyle = sheet.shade(colour, 0.17);
      this.fill(band, values.zero);
      if (columns.length < 400) this.stroke(band, sheet.shade(colour, 0.5), 1);
    }
    const runs = outlines(columns, side, y);
    const fading = context.createLinearGradient(0, side === 'above' ? 0 : this.height, 0, values.zero);
    fading.addColorStop(0, sheet.shade(colour, 0.95));
    fading.addColorStop(1, sheet.shade(colour, this.bare ? 0.3 : 0.78));
    context.fillStyle = fading;
    this.fill(runs, values.zero);
    if (this.isLive) this.stroke(runs, sheet.colour(colour), 1.5);
  }

  fill(runs, zero) {
    const { context } = this;
    context.beginPath();
    for (const run of runs) {
      context.moveTo(run[0][0], zero);
      for (const [x, y] of run) context.lineTo(x, y);
      context.lineTo(run.at(-1)[0], zero);
    }
    context.fill();
  }

  stroke(runs, colour, width) {
    const { context } = this;
    context.beginPath();
    for (const run of runs) run.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }

  drawBars(columns) {
    const { context, sheet, values } = this;
    for (const each of columns) {
      if (!each) continue;
      // The one that is not over yet.
      context.globalAlpha = each === columns.at(-1) && this.to >= this.now ? 0.6 : 1;
      const wide = each.right - each.left;
      const gap = wide > 5 ? 2 : wide > 2.5 ? 1 : 0;
      const width = Math.max(1, wide - gap);
      const down = values.above(each.above);
      const up = values.above(each.above + each.below);
      context.fillStyle = sheet.colour(this.graph.above.colour ?? 'down');
      context.fillRect(each.left + gap / 2, down, width, values.zero - down);
      context.fillStyle = sheet.colour('up');
      context.fillRect(each.left + gap / 2, up, width, down - up - (width > 3 && down - up > 2 ? 1 : 0));
    }
    context.globalAlpha = 1;
  }
}
