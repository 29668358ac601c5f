// Moving through a chart: by pointer, by touch and by keys. What is at the cursor is told in words, on the screen and to
// a screen reader, for which the chart is a slider through time. A drag, or Shift and arrows with Enter, zooms in;
// Escape goes back.
import { Sheet } from './sheet.js';
import { bucketAt } from './geometry.js';
import { span } from './time.js';
import { tip } from './dom.js';

const keySteps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -24, PageDown: 24, Home: -Infinity, End: Infinity };

export class Pointer {
  // `describe(index)`: the lines of the tip for a bucket. `zoom(from, to)`; without arguments: back out.
  constructor(chart, { label, describe, zoom }) {
    Object.assign(this, { chart, describe, zoom });
    this.box = chart.box;
    this.sheet = new Sheet(this.box, (context, width, height) => this.draw(context, height));
    this.box.tabIndex = 0;
    this.box.setAttribute('role', 'slider');
    this.box.setAttribute('aria-label', label);
    this.say('', 0);
    const on = (name, listener) => this.box.addEventListener(name, listener);
    on('pointermove', event => this.moved(event));
    on('pointerdown', event => this.pressed(event));
    on('pointerup', event => this.released(event));
    on('pointercancel', () => this.leave());
    on('pointerleave', () => this.leave());
    on('blur', () => this.leave());
    on('dblclick', () => this.zoom());
    on('keydown', event => this.key(event));
  }

  close() {
    this.sheet.close();
    tip();
  }

  // Another graph is shown: the place in the old one means nothing there.
  reset(label) {
    this.index = undefined;
    this.anchor = undefined;
    this.leave();
    this.box.setAttribute('aria-label', label);
    this.box.setAttribute('aria-valuemin', 0);
    this.box.setAttribute('aria-valuemax', Math.max(0, this.chart.graph.edges.length - 2));
    this.say('', 0);
  }

  say(text, index) {
    this.box.setAttribute('aria-valuenow', index);
    this.box.setAttribute('aria-valuetext', text || 'arrow keys move through it');
  }

  x(event) {
    return event.clientX - this.box.getBoundingClientRect().left;
  }

  moved(event) {
    if (!this.chart.graph || !this.chart.times) return;
    const { times } = this.chart;
    const x = Math.max(times.left, Math.min(times.left + times.width, this.x(event)));
    this.place(x, bucketAt(this.chart.graph.edges, times.time(x)));
  }

  pressed(event) {
    if (event.button || event.pointerType === 'touch') return this.moved(event);
    this.box.setPointerCapture(event.pointerId);
    this.dragFrom = this.x(event);
  }

  released(event) {
    const from = this.dragFrom;
    this.dragFrom = undefined;
    const to = this.x(event);
    if (from !== undefined && Math.abs(to - from) > 6)
      this.zoom(this.chart.times.time(Math.min(from, to)), this.chart.times.time(Math.max(from, to)));
    this.sheet.ask();
  }

  leave() {
    this.at = undefined;
    this.dragFrom = undefined;
    tip();
    this.sheet.ask();
  }

  key(event) {
    if (!this.chart.graph || !this.chart.times) return;
    if (event.key === 'Escape') return this.escape();
    if (event.key === 'Enter') return this.enter(event);
    const step = keySteps[event.key];
    if (!step) return;
    event.preventDefault();
    const { edges } = this.chart.graph;
    const { times } = this.chart;
    const first = bucketAt(edges, this.chart.from);
    const last = bucketAt(edges, this.chart.to - 1e-6);
    if (event.shiftKey) this.anchor ??= this.index ?? last;
    else this.anchor = undefined;
    const index = Math.max(first, Math.min(last, (this.index ?? last + (step < 0 ? 1 : 0)) + step));
    const middle = times.x((Math.max(edges[index], this.chart.from) + Math.min(edges[index + 1], this.chart.to)) / 2);
    this.place(middle, index, this.box.getBoundingClientRect().height - 8);
  }

  escape() {
    const wasSomewhere = this.anchor !== undefined || this.at !== undefined;
    this.anchor = undefined;
    this.index = undefined;
    this.leave();
    if (!wasSomewhere) this.zoom();
  }

  // Into what is selected, or a quarter of the time around the cursor.
  enter(event) {
    if (this.index === undefined) return;
    event.preventDefault();
    const { edges } = this.chart.graph;
    const { from, to } = this.chart;
    if (this.anchor !== undefined && this.anchor !== this.index) {
      this.zoom(edges[Math.min(this.anchor, this.index)], edges[Math.max(this.anchor, this.index) + 1]);
      return;
    }
    const middle = (edges[this.index] + edges[this.index + 1]) / 2;
    this.zoom(Math.max(from, middle - (to - from) / 8), Math.min(to, middle + (to - from) / 8));
  }

  // `below`: so far below the upper edge, since what is walked through by keys is not to be covered.
  place(x, index, below = 14) {
    this.at = x;
    this.index = index;
    const { edges } = this.chart.graph;
    const bounds = this.box.getBoundingClientRect();
    const when = document.createElement('b');
    when.append(span(edges[index], edges[index + 1]));
    tip(bounds.left + x, bounds.top + below, when, ...this.describe(index));
    this.say([...document.getElementById('tip').children].map(line => line.textContent).join(', '), index);
    this.sheet.ask();
  }

  draw(context) {
    if (this.at === undefined) return;
    const { times, height, graph } = this.chart;
    const selected = this.dragFrom ?? (this.anchor === undefined ? undefined : times.x(graph.edges[this.anchor]));
    if (selected !== undefined) {
      context.fillStyle = this.sheet.shade('down', 0.14);
      context.fillRect(Math.min(selected, this.at), 0, Math.abs(this.at - selected), height);
    }
    context.fillStyle = this.sheet.shade('ink', 0.45);
    context.fillRect(Math.round(this.at), 0, 1, height);
  }
}
