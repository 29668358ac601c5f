// The strip: all of the history in small, with the time that is shown above it as a window that can be dragged, and
// moved by keys.
import { Chart } from './chart.js';
import { dateYear } from './time.js';

export class Strip {
  constructor(box, pick) {
    Object.assign(this, { box, pick });
    this.chart = new Chart(box, {
      bare: true, bent: true, overlay: (context, width, height) => this.drawWindow(context, width, height),
    });
    box.tabIndex = 0;
    box.setAttribute('role', 'slider');
    box.setAttribute('aria-label', 'Window on the whole history');
    box.addEventListener('pointerdown', event => {
      box.setPointerCapture(event.pointerId);
      this.isDragged = true;
      this.centre(event);
    });
    box.addEventListener('pointermove', event => this.isDragged && this.centre(event));
    box.addEventListener('pointerup', () => (this.isDragged = false));
    box.addEventListener('pointercancel', () => (this.isDragged = false));
    box.addEventListener('keydown', event => this.key(event));
  }

  close() {
    this.chart.close();
  }

  set(graph, now) {
    this.graph = graph;
    this.first = graph.edges[0];
    this.now = now;
    this.chart.set(graph, this.first, now);
    this.box.setAttribute('aria-valuemin', 0);
    this.box.setAttribute('aria-valuemax', 100);
  }

  mark(from, to) {
    Object.assign(this, { from, to });
    const place = Math.round((((from + to) / 2 - this.first) / (this.now - this.first)) * 100);
    this.box.setAttribute('aria-valuenow', Math.max(0, Math.min(100, place || 0)));
    this.box.setAttribute('aria-valuetext', `${dateYear(from)} to ${dateYear(to)}`);
    this.chart.sheet.ask();
  }

  moveTo(middle) {
    const half = (this.to - this.from) / 2;
    const within = Math.max(this.first + half, Math.min(this.now - half, middle));
    this.pick(within - half, within + half);
  }

  centre(event) {
    if (!this.chart.times) return;
    this.moveTo(this.chart.times.time(event.clientX - this.box.getBoundingClientRect().left));
  }

  key(event) {
    const step = { ArrowLeft: -0.5, ArrowRight: 0.5, PageUp: -4, PageDown: 4 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.moveTo((this.from + this.to) / 2 + step * (this.to - this.from));
  }

  drawWindow(context, width, height) {
    if (!this.from) return;
    const { sheet, times } = this.chart;
    const left = Math.max(0, times.x(this.from));
    const right = Math.min(width, Math.max(left + 3, times.x(this.to)));
    context.fillStyle = sheet.shade('card', 0.72);
    context.fillRect(0, 0, left, height);
    context.fillRect(right, 0, width, height);
    context.strokeStyle = sheet.colour('faint');
    context.strokeRect(Math.min(width - 3, left) + 0.5, 0.5, Math.max(2, right - left - 1), height - 1);
  }
}
