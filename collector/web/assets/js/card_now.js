// Right now: what moves, second by second, over the last two minutes.
import { Chart } from './chart.js';
import { card, make, value } from './dom.js';
import { Live } from './live.js';
import { rate, rateParts } from './units.js';

const seconds = 120;

export function nowCard(showLink) {
  const down = make('span', { id: 'now-down' }, '–');
  const up = make('span', { id: 'now-up' }, '–');
  const box = make('div', { class: 'plot live', role: 'img', 'aria-label': 'Download and upload of the last two minutes' });
  const { element, aside } = card('now', 'Right now',
    make('div', { class: 'pair' },
      make('p', { class: 'big down' }, make('span', { class: 'arrow', 'aria-hidden': 'true' }, '↓'), make('span', { class: 'unseen' }, 'Download '), down),
      make('p', { class: 'big up' }, make('span', { class: 'arrow', 'aria-hidden': 'true' }, '↑'), make('span', { class: 'unseen' }, 'Upload '), up)),
    box);
  const chart = new Chart(box, { bare: true });
  chart.isLive = true;
  const ring = new Ring();
  let counted = null; // names of the interfaces that are added up; null: not known yet

  function paint() {
    const graph = ring.graph();
    if (!graph) return;
    const [received, sent] = ring.newest();
    chart.set(graph, ring.end - seconds, ring.end);
    down.replaceChildren(...value(rateParts(received)));
    up.replaceChildren(...value(rateParts(sent)));
    aside.textContent = `last 2 min, busiest ${rate(ring.busiest())}`;
  }
  function take(tick) {
    const sums = [0, 0];
    for (const [name, moved] of tick.moved)
      if (!counted || counted.has(name)) moved.forEach((bytes, side) => (sums[side] += bytes));
    ring.add(tick.time, tick.seconds, sums);
    paint();
  }
  const live = new Live({ ontick: take, onstate: showLink });
  document.addEventListener('unitchange', paint);
  return {
    element,
    update: model => (counted = new Set(model.counted)),
    close() {
      live.close();
      chart.close();
      document.removeEventListener('unitchange', paint);
    },
  };
}

// The last ticks, each as long as it was.
export class Ring {
  ticks = [];
  add(time, length, [received, sent]) {
    if (this.ticks.length && time <= this.ticks.at(-1).time) return;
    this.ticks.push({ time, length, received, sent });
    this.end = time;
    while (this.ticks[0].time < time - seconds - 5) this.ticks.shift();
  }
  newest() {
    const { length, received, sent } = this.ticks.at(-1);
    return [received / length, sent / length];
  }
  busiest() {
    return Math.max(...this.ticks.map(tick => Math.max(tick.received, tick.sent) / tick.length));
  }
  // Ticks end where they were taken; what lies between two of them and in none is a gap.
  graph() {
    if (this.ticks.length === 0) return null;
    const edges = [];
    const [received, sent, seen] = [[], [], []];
    const add = (start, tick) => {
      edges.push(start);
      received.push(tick ? tick.received : null);
      sent.push(tick ? tick.sent : null);
      seen.push(tick ? tick.length : 0);
    };
    for (const tick of this.ticks) {
      const start = tick.time - tick.length;
      const last = edges.length ? this.ticks[this.ticks.indexOf(tick) - 1].time : start;
      if (start - last > 0.5) add(last, null);
      add(Math.max(start, last), tick);
    }
    edges.push(this.end);
    return { edges, seen, above: { sum: received }, below: { sum: sent }, marks: [] };
  }
}
