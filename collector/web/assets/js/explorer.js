// Explorer: traffic over a time that is chosen by buttons, by a drag, by keys or on the strip below, which is all of the
// history. Asks for as many buckets as there are pixels. What is chosen stands in the address.
import { Latest } from './api.js';
import { Chart } from './chart.js';
import { card, choice, empty, make } from './dom.js';
import { graphOf } from './graph.js';
import { addressOf, note, place } from './place.js';
import { Pointer } from './pointer.js';
import { Strip } from './strip.js';
import { bucketWords, sumWords } from './traffic_words.js';
import { amount, rate, rateFactor } from './units.js';
import { full, span } from './time.js';

const day = 86400;
const ranges = { '1h': 3600, '24h': day, '7d': 7 * day, '30d': 30 * day, '1y': 365 * day };
const rangeWords = Object.keys(ranges).map(key => [key, key.replace(/(\d+)/, '$1\u202f')]);
// Bars of lengths that people know; the calendar cuts those of a day and more.
const bars = [[300, '5m', '5 minutes'], [3600, 'hour', '1 hour'], [day, 'day', '1 day'], [7 * day, 'week', '1 week'],
  [30 * day, 'month', '1 month'], [365 * day, 'year', '1 year']];
const shortest = 60;

export class Explorer {
  // `selection`: what of the measurement net is asked for. `changed`: called when another time was chosen here.
  constructor({ title, selection, changed = () => {} }) {
    const { query } = place();
    Object.assign(this, { selection, changed });
    this.latest = new Latest();
    this.mode = query.mode === 'amount' ? 'amount' : 'rate';
    this.bent = query.scale !== 'linear';
    this.box = make('div', { class: 'plot tall' });
    this.stripBox = make('div', { class: 'plot strip' });
    this.sum = make('p', { class: 'sum' });
    this.legend = make('li', { class: 'peak' }, 'busiest second');
    this.modes = choice('Show', [['rate', 'Rate'], ['amount', 'Amount']], this.mode, mode => this.setMode(mode));
    this.ranges = choice('Range', rangeWords, '', key => this.setRange(key, true));
    this.scales = choice('Height', [['root', '√'], ['linear', 'linear']], this.bent ? 'root' : 'linear', key => this.setBent(key === 'root'));
    this.scales.element.title = 'By the square root small and large both show';
    this.when = make('span');
    this.whole = make('p', { class: 'whole', hidden: true }, this.when,
      make('button', { type: 'button', title: 'Leave this time', onclick: () => this.zoom() }, '× whole'));
    this.nothing = empty();
    this.nothing.hidden = true;
    this.element = card('traffic', title).element;
    this.element.replaceChildren(
      make('div', { class: 'head' }, this.element.firstChild, this.whole,
        make('ul', { class: 'legend' }, make('li', { class: 'down' }, 'Download'), make('li', { class: 'up' }, 'Upload'), this.legend),
        this.modes.element, this.scales.element, this.ranges.element),
      this.box, this.stripBox, this.sum, this.nothing);
    this.chart = new Chart(this.box, {
      bent: this.bent, mode: this.mode,
      format: value => (this.mode === 'rate' ? rate(value) : amount(value)),
      factor: () => (this.mode === 'rate' ? rateFactor() : 1), isBytes: () => true,
    });
    this.pointer = new Pointer(this.chart, {
      label: title, describe: index => bucketWords(this.graph, index, this.mode, this.now), zoom: (from, to) => this.zoom(from, to),
    });
    this.onunit = () => this.draw();
    document.addEventListener('unitchange', this.onunit);
    this.wait = 0;
    this.now = Math.floor(Date.now() / 1000);
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.box);
  }

  close() {
    document.removeEventListener('unitchange', this.onunit);
    clearTimeout(this.wait);
    this.observer.disconnect();
    this.latest.close();
    this.pointer.close();
    this.chart.close();
    this.strip?.close();
  }

  // All of the history, up to the newest moment that there is. Its zone is known by then.
  setStrip(graph, now) {
    this.now = now;
    this.draw();
    this.strip ??= new Strip(this.stripBox, (from, to) => this.zoom(from, to, false));
    this.strip.set(graph, this.now);
    if (this.from) this.strip.mark(this.from, this.to);
  }

  // What the address says is shown.
  follow() {
    const { query } = place();
    const [from, to] = [Number(query.from), Number(query.to)];
    this.mode = query.mode === 'amount' ? 'amount' : 'rate';
    this.modes.mark(this.mode);
    if (from && to > from) {
      this.ranges.mark('');
      this.range = undefined;
      return this.show(from, to);
    }
    this.range = ranges[query.range] ? query.range : '7d';
    this.ranges.mark(this.range);
    return this.show(this.now - ranges[this.range], this.now);
  }

  setRange(key, step) {
    this.range = key;
    note({ range: key, from: null, to: null }, { step });
    this.show(this.now - ranges[key], this.now);
    this.changed();
  }

  setMode(mode) {
    this.mode = mode;
    note({ mode: mode === 'rate' ? null : mode });
    this.show(this.from, this.to);
  }

  setBent(bent) {
    this.bent = bent;
    note({ scale: bent ? null : 'linear' });
    this.draw();
  }

  // Into a time; without one back to the range that was chosen last.
  zoom(from, to, step = true) {
    if (from === undefined) return this.range ? undefined : this.setRange('7d', true);
    const middle = (from + to) / 2;
    const half = Math.max(shortest, to - from) / 2;
    this.range = undefined;
    this.ranges.mark('');
    note({ from: Math.floor(middle - half), to: Math.ceil(middle + half), range: null }, { step });
    this.changed();
    return this.show(Math.floor(middle - half), Math.ceil(middle + half));
  }

  // The page is wider or narrower now: another number of pixels.
  resized() {
    const width = Math.round(this.box.clientWidth);
    if (!this.width || width === this.width || !this.from) return;
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.show(this.from, this.to), 200);
  }

  bar() {
    return bars.find(([length]) => (this.to - this.from) / length <= 300) ?? bars.at(-1);
  }

  async show(from, to) {
    Object.assign(this, { from, to, width: Math.round(this.box.clientWidth) });
    this.strip?.mark(from, to);
    const cut = this.mode === 'amount' ? { bucket: this.bar()[1] } : { width: Math.max(200, this.width - 72) };
    try {
      const answer = await this.latest.ask('/api/v1/series', {
        scope: this.selection.scope, where: this.selection.where, measurement: 'net', field: 'bytes_recv,bytes_sent',
        from: Math.floor(from), to: Math.ceil(to), ...cut,
      });
      if (!answer) return;
      this.answer = answer;
      this.graph = graphOf(answer, 'bytes_recv', 'bytes_sent');
      this.nothing.hidden = true;
      this.draw();
    } catch (problem) {
      this.nothing.replaceChildren(problem.words?.() ?? problem.message);
      this.nothing.hidden = false;
    }
  }

  // The same in numbers, a row for each hour, day or month.
  table() {
    const length = this.to - this.from;
    const by = length <= 2 * day ? 'hour' : length <= 62 * day ? 'day' : 'month';
    const at = Math.floor(Math.min(this.to, this.now)) - 1;
    return make('a', { href: addressOf('history', { by, at, interface: this.selection.name }) }, 'as a table');
  }

  draw() {
    if (!this.graph) return;
    this.chart.mode = this.mode;
    this.chart.bent = this.bent && this.mode === 'rate';
    this.chart.set(this.graph, this.from, this.to, this.now);
    const { bytes_recv: down, bytes_sent: up } = this.answer.totals;
    this.pointer.reset(`Traffic from ${full(this.from)} to ${full(this.to)}: ${amount(down)} down, ${amount(up)} up`);
    this.whole.hidden = Boolean(this.range);
    this.when.textContent = span(this.from, this.to);
    this.scales.element.hidden = this.mode !== 'rate';
    this.legend.className = this.mode === 'rate' ? 'peak' : 'bars';
    this.legend.textContent = this.mode === 'rate' ? 'busiest second' : `bars of ${this.bar()[2]}`;
    this.sum.replaceChildren(...sumWords(this.answer, this.graph, this.now), this.table());
  }

}
