// The present, second by second, over the last two minutes: the moving part of the card Right now.
import { Chart } from './chart.js';
import { Live, Ring } from './live.js';

const seconds = 120;

export function nowLive({ box, show }, frame) {
  const chart = new Chart(box, { bare: true });
  chart.isLive = true;
  const ring = new Ring(seconds);
  let counted = null; // names of the interfaces that are added up; null: not known yet
  let live = null;
  let isOpen = true;

  function paint() {
    const graph = ring.graph();
    if (!graph) return;
    chart.set(graph, ring.end - seconds, ring.end);
    show(ring.newest(), ring.busiest());
  }
  function take(tick) {
    const sums = [0, 0];
    for (const [name, moved] of tick.moved)
      if (!counted || counted.has(name)) moved.forEach((bytes, side) => (sums[side] += bytes));
    ring.add(tick.time, tick.seconds, sums);
    paint();
  }
  frame.known.then(() => {
    if (isOpen) live = new Live({ ontick: take, onstate: frame.showLink, hasStream: frame.about.capabilities?.stream });
  });
  document.addEventListener('unitchange', paint);
  return {
    update: model => (counted = model.counted && new Set(model.counted)),
    close() {
      isOpen = false;
      live?.close();
      chart.close();
      document.removeEventListener('unitchange', paint);
    },
  };
}
