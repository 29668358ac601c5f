// The present, second by second, over the last two minutes: the moving part of the card Right now.
import { Chart } from './chart.js';
import { Live } from './live.js';
import { Ring } from './ring.js';

const seconds = 120;

export function nowLive({ box, show, silent }, frame) {
  const chart = new Chart(box, { bare: true });
  chart.isLive = true;
  const ring = new Ring(seconds);
  let counted = null; // names of the interfaces that are added up; null: not known yet, then there is no sum
  let live = null;
  let isOpen = true;
  let isHeard = false;

  function paint() {
    const graph = ring.graph();
    if (!graph) return;
    chart.set(graph, ring.end - seconds, ring.end);
    show(ring.newest(), ring.busiest());
  }
  function take(tick) {
    if (!counted) return;
    const sums = [0, 0];
    for (const [name, moved] of tick.moved)
      if (counted.has(name)) moved.forEach((bytes, side) => (sums[side] += bytes));
    ring.add(tick.time, tick.seconds, sums);
    paint();
  }
  const redraw = () => isHeard && paint();
  // What was last heard is not what moves now.
  function tellState(state, words) {
    frame.showLink(state, words);
    isHeard = state === 'live';
    if (state === 'reconnecting') silent(words);
  }
  frame.known.then(() => {
    const { capabilities, interval_ms: interval = 1000 } = frame.about;
    if (isOpen) live = new Live({ ontick: take, onstate: tellState, hasStream: capabilities?.stream !== false, interval: interval / 1000 });
  });
  document.addEventListener('unitchange', redraw);
  return {
    update: model => (counted = model.counted && new Set(model.counted)),
    close() {
      isOpen = false;
      live?.close();
      chart.close();
      document.removeEventListener('unitchange', redraw);
    },
  };
}
