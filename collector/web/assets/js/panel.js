// Panel: one measured thing over the time that its page shows: its mean is filled, its highest is the pale band beyond.
// Counters in two directions are above and below the line; what is counted in ones is in bars.
import { Chart } from './chart.js';
import { card, make } from './dom.js';
import { bucketValue, isKnown } from './geometry.js';
import { reasonAt, sumOf } from './graph.js';
import { Pointer } from './pointer.js';
import { count, rate, rateFactor, reading } from './units.js';

// `names`: what is above and below the line, in words. `most`: the scale's end where there is a natural one (100 %).
// `inBytes`: always bytes a second, as people know it of disks; else bits or bytes, as is chosen for all rates.
// `isCount`: how many there were, as of packets that were dropped.
export class Panel {
  constructor({ title, names = [], most, inBytes = false, isCount = false, zoom }) {
    Object.assign(this, { title, names, inBytes, isCount });
    this.figures = make('p', { class: 'figures' });
    this.box = make('div', { class: 'plot medium' });
    const made = card('panel', title, this.figures, this.box);
    Object.assign(this, { element: made.element, aside: made.aside });
    made.heading.title = title;
    this.chart = new Chart(this.box, {
      most, mode: isCount ? 'amount' : 'rate', isWhole: isCount, format: value => this.words(value),
      factor: () => (this.isRate() ? rateFactor() : 1), isBytes: () => this.graph.above.unit?.startsWith('bytes'),
      margin: () => (this.graph.above.sum && !isCount ? 70 : 48),
    });
    this.pointer = new Pointer(this.chart, { label: title, describe: index => this.describe(index), zoom });
  }

  close() {
    this.pointer.close();
    this.chart.close();
  }

  isRate() {
    return Boolean(this.graph?.above.sum) && this.graph.above.unit === 'bytes' && !this.inBytes;
  }

  words(value) {
    const { unit, sum } = this.graph.above;
    if (this.isCount) return count(value);
    if (!sum) return reading(value, unit);
    return this.isRate() ? rate(value) : `${reading(value, unit === 'bytes' ? unit : '')}/s`;
  }

  set(graph, from, to) {
    this.graph = graph;
    this.chart.set(graph, from, to);
    const sides = graph.below ? ['above', 'below'] : ['above'];
    const told = sides.map((side, at) => [this.isCount ? count(sumOf(graph[side].sum)) : this.mean(side), this.names[at] ?? 'on average']);
    // Of what there was not a single one, there is no picture.
    const isNone = this.isCount && sides.every(side => sumOf(graph[side].sum) === 0);
    this.box.hidden = isNone;
    if (isNone) return this.figures.replaceChildren(make('span', {}, make('b', {}, 'none'), ` ${this.names.join(' or ')}`));
    this.figures.replaceChildren(...told.map(([value, name]) => make('span', {}, make('b', {}, value), ` ${name}`)));
    this.aside.textContent = this.isCount ? '' : `highest ${[...new Set(sides.map(side => this.highest(side)))].join(', ')}`;
    this.pointer.reset(`${this.title}: ${told.map(([value, name]) => `${value} ${name}`).join(', ')}, ${this.aside.textContent || 'in all'}`);
  }

  // Weighted by the time that was observed.
  mean(side) {
    let sum = 0;
    let weight = 0;
    this.graph.seen.forEach((seconds, index) => {
      const value = bucketValue(this.graph, side, index, 'rate');
      if (value === null || !seconds) return;
      sum += value * seconds;
      weight += seconds;
    });
    return weight ? this.words(sum / weight) : '–';
  }

  highest(side) {
    const { peak, mean, sum } = this.graph[side];
    const known = (mean ?? sum).map((value, index) =>
      (value === null ? -1 : Math.max(peak?.[index] ?? 0, bucketValue(this.graph, side, index, 'rate'))));
    const highest = known.reduce((a, b) => Math.max(a, b), -1);
    return highest < 0 ? '–' : this.words(highest);
  }

  describe(index) {
    const { graph } = this;
    if (!isKnown(graph, index)) return [make('span', { class: 'dim' }, reasonAt(graph, index))];
    return (graph.below ? ['above', 'below'] : ['above']).map((side, at) => {
      const value = bucketValue(graph, side, index, this.chart.mode);
      const peak = this.isCount ? null : graph[side].peak?.[index];
      return [make('b', {}, value === null ? '–' : this.words(value)), this.names[at] ? ` ${this.names[at]}` : '',
        make('span', { class: 'dim' }, peak ? `  highest ${this.words(peak)}` : '')];
    });
  }
}
