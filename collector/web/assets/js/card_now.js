// Right now: what moves, second by second, over the last two minutes.
import { Chart } from './chart.js';
import { card, make, value } from './dom.js';
import { Live, Ring } from './live.js';
import { rate, rateParts } from './units.js';

const seconds = 120;

export function nowCard(frame) {
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
  const ring = new Ring(seconds);
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
  let live = null;
  let isOpen = true;
  frame.known.then(() => {
    if (isOpen) live = new Live({ ontick: take, onstate: frame.showLink, hasStream: frame.about.capabilities?.stream });
  });
  document.addEventListener('unitchange', paint);
  return {
    element,
    update: model => (counted = model.counted && new Set(model.counted)),
    close() {
      isOpen = false;
      live?.close();
      chart.close();
      document.removeEventListener('unitchange', paint);
    },
  };
}
