// When: the hours of a week, by how much moves in them.
import { card, make, picture, still, tip } from './dom.js';
import { amount } from './units.js';
import { weekdays } from './time.js';

const margin = 34;

export function weekCard() {
  const plot = make('div', { class: 'plot squares' });
  const show = still(plot, draw);
  const { element, aside } = card('week', 'When', plot);
  function update({ week }) {
    aside.textContent = week ? `last ${week.weeks} weeks, an hour on average` : '';
    show(week?.hours ?? Array(168).fill(null));
  }
  return { element, update };
}

// Five shades with as many hours each: one busy night does not make all others pale. 0 is nothing.
export function shadesOf(hours) {
  const sorted = hours.filter(bytes => bytes > 0).sort((a, b) => a - b);
  return hours.map(bytes => {
    if (!(bytes > 0)) return 0;
    const rank = sorted.findIndex(other => other >= bytes);
    return Math.min(5, 1 + Math.floor((5 * rank) / sorted.length));
  });
}

function draw({ width, height }, hours) {
  const wide = (width - margin) / 24;
  const high = (height - 18) / 7;
  const parts = [];
  shadesOf(hours).forEach((shade, index) => {
    const [day, hour] = [Math.floor(index / 24), index % 24];
    const told = event => tip(event.clientX, event.clientY + 14, make('b', {}, `${weekdays[day]} ${hour}–${hour + 1} h`),
      hours[index] === null ? 'not measured' : `${amount(hours[index])} on average`);
    parts.push(make('rect', {
      class: hours[index] === null ? 'heat-none' : `heat-${shade}`, x: margin + hour * wide + 1, y: day * high + 1, width: Math.max(0, wide - 2),
      height: Math.max(0, high - 2), rx: 3, onpointermove: told, onpointerleave: () => tip(),
    }));
  });
  weekdays.forEach((name, day) => parts.push(make('text', { x: 0, y: day * high + high / 2 + 4 }, name)));
  for (let hour = 0; hour < 24; hour += 3)
    parts.push(make('text', { x: margin + hour * wide + wide / 2, y: height - 3, 'text-anchor': 'middle' }, String(hour).padStart(2, '0')));
  return picture(width, height, `Traffic by weekday and hour; busiest on ${busiest(hours)}`, ...parts);
}

function busiest(hours) {
  const index = hours.reduce((best, bytes, at) => ((bytes ?? -1) > (hours[best] ?? -1) ? at : best), 0);
  return `${weekdays[Math.floor(index / 24)]} at ${index % 24}`;
}
