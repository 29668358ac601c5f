// Panels of a page that share one time: asked for together, each group of an answer gets a panel of its own.
import { ask } from './api.js';
import { choice } from './dom.js';
import { isKnown } from './geometry.js';
import { graphOf } from './graph.js';
import { note, place } from './place.js';
import { Panel } from './panel.js';

const day = 86400;
const ranges = { '1h': 3600, '24h': day, '7d': 7 * day, '30d': 30 * day, '1y': 365 * day };

// On the first day most of it would be what was not measured: the beginning of what is shown, ten minutes at least.
export function fittedTo(from, to, first) {
  if (first === undefined || first - from < (to - from) / 2) return from;
  return Math.max(from, Math.min(first, to - 600));
}

// A source is {measurement, field: [above, below], where, by, title(tags), names, most, inBytes, isCount}. `usual`: the
// range where the address names none; `fits`: it is then fitted to what there is. `changed`: called when another time
// was chosen here.
export class Panels {
  constructor(box, sources, { usual = '24h', fits = false, changed = () => {} } = {}) {
    Object.assign(this, { box, sources, usual, fits, changed });
    this.panels = new Map();
    this.ranges = choice('Range', Object.keys(ranges).map(key => [key, key.replace(/(\d+)/, '$1\u202f')]), '', key => this.setRange(key));
    this.onunit = () => this.panels.forEach(panel => panel.graph && panel.set(panel.graph, this.from, this.to));
    document.addEventListener('unitchange', this.onunit);
  }

  close() {
    this.isClosed = true;
    document.removeEventListener('unitchange', this.onunit);
    this.panels.forEach(panel => panel.close());
  }

  setRange(key) {
    note({ range: key, from: null, to: null }, { step: true });
    this.changed();
    return this.follow();
  }

  zoom(from, to) {
    if (from === undefined) return place().query.from ? this.setRange(this.usual) : undefined;
    note({ from: Math.floor(from), to: Math.ceil(Math.max(to, from + 60)), range: null }, { step: true });
    this.changed();
    return this.follow();
  }

  // Names of the measurements that there are: no other is asked for. Asked again while one is missing.
  async known() {
    if (!this.names || this.sources.some(source => !this.names.has(source.measurement)))
      this.names = new Set((await ask('/api/v1/catalog')).measurements.map(each => each.name));
    return this.names;
  }

  // Gives how many panels there are; `problem` is why there are none, where nothing was answered.
  async follow() {
    const { query } = place();
    const isCut = Number(query.from) && Number(query.to) > Number(query.from);
    const range = ranges[query.range] ? query.range : this.usual;
    const now = Math.floor(Date.now() / 1000);
    this.from = isCut ? Number(query.from) : now - ranges[range];
    this.to = isCut ? Number(query.to) : now;
    this.first = undefined;
    this.ranges.mark(isCut ? '' : range);
    try {
      const known = await this.known();
      const asked = this.sources.filter(source => known.has(source.measurement)).map(source => this.load(source));
      const isChosen = !this.fits || isCut || ranges[query.range];
      const failed = (await Promise.allSettled(asked)).filter(each => each.reason);
      const fitted = isChosen ? this.from : fittedTo(this.from, this.to, this.first);
      if (fitted > this.from && !this.isClosed) {
        this.from = fitted;
        this.ranges.mark('');
        await Promise.allSettled(this.sources.filter(source => known.has(source.measurement)).map(source => this.load(source)));
      }
      this.problem = asked.length && failed.length === asked.length ? failed[0].reason : undefined;
    } catch (problem) {
      this.problem = problem;
    }
    return this.panels.size;
  }

  async load(source) {
    const [above, below] = source.field;
    const answer = await ask('/api/v1/series', {
      measurement: source.measurement, field: source.field.join(), where: source.where, by: source.by,
      from: this.from, to: this.to, width: 420, marks: 'false',
    });
    if (this.isClosed) return;
    answer.series.forEach((group, index) => {
      const graph = graphOf(answer, above, below, index);
      const title = source.title(group.tags);
      const isNew = !this.panels.has(title);
      const at = graph.seen.findIndex((_, bucket) => isKnown(graph, bucket));
      if (at >= 0) this.first = Math.min(this.first ?? Infinity, graph.edges[at]);
      if (isNew && at < 0) return;
      if (isNew) this.add(title, source);
      this.panels.get(title).set(graph, this.from, this.to);
    });
  }

  // In the order of the sources, whichever answers first.
  add(title, source) {
    const panel = new Panel({ ...source, title, zoom: (from, to) => this.zoom(from, to) });
    this.panels.set(title, panel);
    panel.rank = this.sources.indexOf(source);
    const next = [...this.panels.values()].filter(each => each.rank > panel.rank).sort((a, b) => a.rank - b.rank)[0];
    this.box.insertBefore(panel.element, next?.element ?? this.box.querySelector('.filesystems'));
  }
}
