// Panels of a page that share one time: asked for together, each group of an answer gets a panel of its own.
import { ask } from './api.js';
import { choice } from './dom.js';
import { graphOf } from './graph.js';
import { note, place } from './place.js';
import { Panel } from './panel.js';

const day = 86400;
const ranges = { '1h': 3600, '24h': day, '7d': 7 * day, '30d': 30 * day, '1y': 365 * day };

// A source is {measurement, field: [above, below], where, by, title(tags), names, most, inBytes, isCount}. `usual`: the
// range where the address names none. `changed`: called when another time was chosen here.
export class Panels {
  constructor(box, sources, { usual = '24h', changed = () => {} } = {}) {
    Object.assign(this, { box, sources, usual, changed });
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

  // Gives how many panels there are.
  async follow() {
    const { query } = place();
    const isCut = Number(query.from) && Number(query.to) > Number(query.from);
    const range = ranges[query.range] ? query.range : this.usual;
    const now = Math.floor(Date.now() / 1000);
    this.from = isCut ? Number(query.from) : now - ranges[range];
    this.to = isCut ? Number(query.to) : now;
    this.ranges.mark(isCut ? '' : range);
    await Promise.all(this.sources.map(source => this.load(source).catch(() => {})));
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
      if (isNew && !graph.seen.some(seconds => seconds > 0)) return;
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
