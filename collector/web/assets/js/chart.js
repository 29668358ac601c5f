// Chart: a graph (geometry.js) on a canvas. Download above the line and upload below it; the mean is filled, the busiest
// second is the pale band beyond. In the mode `amount` both are stacked in bars.
import { TimeScale, ValueScale, columnsOf, gapsOf, gridValues, outlines } from './geometry.js';
import { Sheet } from './sheet.js';
import { plain } from './units.js';
import { ticks } from './time.js';

const font = '11px Inter, "SF Pro Text", system-ui, "Segoe UI", Cantarell, "Noto Sans", sans-serif';
const markTints = { reset: 'soft', quarantined: 'bad', dropped: 'bad', lost: 'bad', recovered: 'warn', clock: 'soft' };

export class Chart {
  // `format`: what the axis says of a value. `bare`: without axes, marks and gaps. `factor`: from the graph's unit to
  // the one that is shown, for round numbers on the axis.
  constructor(box, { bare = false, bent = false, mode = 'rate', format = String, factor = () => 1, most, overlay } = {}) {
    Object.assign(this, { box, bare, bent, mode, format, factor, most, overlay });
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
    const left = this.bare ? 0 : 70;
    this.height = height - (this.bare ? 0 : 24);
    this.times = new TimeScale(this.from, this.to, left, width - left - (this.bare ? 0 : 2));
    const columns = columnsOf(this.graph, this.times, this.mode);
    this.values = this.scale(columns);
    context.font = font;
    context.textBaseline = 'middle';
    context.lineWidth = 1;
    if (!this.bare) {
      this.drawGrid(width);
      this.drawTimes(width, height);
      this.drawGaps();
    }
    if (this.isStacked()) this.drawBars(columns);
    else {
      this.drawSide(columns, 'above', value => this.values.above(value), this.graph.above.colour ?? 'down');
      if (this.graph.below) this.drawSide(columns, 'below', value => this.values.below(value), 'up');
    }
    context.fillStyle = this.sheet.colour('line');
    context.fillRect(left, this.values.zero, this.times.width, 1);
    if (!this.bare) this.drawMarks(width);
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

  drawGrid(width) {
    const { context, values, sheet } = this;
    const { left } = this.times;
    const lines = (list, y, fits) => {
      let last = values.zero;
      for (const value of list) {
        const at = Math.round(y(value)) + 0.5;
        if (Math.abs(at - last) < 17 || !fits(at)) continue;
        last = at;
        context.moveTo(left, at);
        context.lineTo(width, at);
        context.fillText(plain(this.format(value)), left - 10, at);
      }
    };
    context.textAlign = 'right';
    context.strokeStyle = sheet.colour('grid');
    context.fillStyle = sheet.colour('faint');
    context.beginPath();
    lines(gridValues(values.top, this.factor(), this.bent), value => values.above(value), at => at > 4);
    if (this.graph.below && !this.isStacked())
      lines(gridValues(values.top, this.factor(), this.bent), value => values.below(value), at => at < this.height - 4);
    context.stroke();
    context.fillText('0', left - 10, values.zero);
  }

  drawTimes(width, height) {
    const { context, sheet, times } = this;
    context.textAlign = 'center';
    context.beginPath();
    for (const [time, label, strong] of ticks(this.from, this.to, Math.max(3, times.width / 76))) {
      const x = Math.round(times.x(time)) + 0.5;
      context.fillStyle = sheet.colour(strong ? 'ink' : 'faint');
      if (x > times.left + 14 && x < width - 16) context.fillText(label, x, height - 9);
      if (!strong) continue;
      context.moveTo(x, 0);
      context.lineTo(x, this.height);
    }
    context.stroke();
  }

  // Nothing was measured here: that is not the same as nothing that moved.
  drawGaps() {
    const { context } = this;
    context.fillStyle = this.hatching();
    for (const [left, right] of gapsOf(this.graph, this.times, this.now))
      if (right - left > 3) context.fillRect(left, 0, right - left, this.height);
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
  }

  // What happened to the numbers, in words where there is room.
  drawMarks(width) {
    const { context, sheet, times } = this;
    context.textAlign = 'left';
    let free = 0;
    for (const mark of this.graph.marks) {
      const tint = markTints[mark.kind];
      const x = Math.round(times.x(mark.time));
      if (!tint || x < times.left || x > width) continue;
      context.fillStyle = sheet.shade(tint, 0.5);
      context.fillRect(x, 8, 1, this.height - 8);
      context.fillStyle = sheet.colour(tint);
      context.beginPath();
      for (const [right, down] of [[0, 9], [5, 4.5], [0, 0], [-5, 4.5]]) context.lineTo(x + right, down);
      context.fill();
      const wide = context.measureText(mark.text).width;
      if (width < 700 || x + 8 < free || x + 16 + wide > width) continue;
      free = x + 24 + wide;
      context.fillStyle = sheet.shade('card', 0.86);
      context.fillRect(x + 8, -2, wide + 8, 14);
      context.fillStyle = sheet.colour('soft');
      context.fillText(mark.text, x + 12, 5.5);
    }
  }
}
