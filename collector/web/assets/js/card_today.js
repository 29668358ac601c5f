// Today, hour by hour, over the outlines of a usual day of this name.
import { card, make, picture, still, tip, value } from './dom.js';
import { amount, amountParts } from './units.js';
import { clock, hourSpan, weekdayName } from './time.js';

export function todayCard() {
  const total = make('span');
  const note = make('p', { class: 'note' });
  const plot = make('div', { class: 'plot' });
  const show = still(plot, draw);
  const { element, aside } = card('today', 'Today', make('p', { class: 'big', elementtiming: 'first picture' }, total), note, plot);
  function update(model) {
    const { today, now } = model;
    total.replaceChildren(...value(amountParts(today.down + today.up)));
    aside.textContent = `↓ ${amount(today.down)}   ↑ ${amount(today.up)}`;
    note.replaceChildren(...compared(today, now));
    show(today, now);
  }
  return { element, update };
}

// "38 % less than a usual Sunday by 17:01"; of a few times more, how many times it is.
export function compared(today, now) {
  if (today.usualByNow === null) return [`What is usual on a ${weekdayName(now)} is known after three of them with hours.`];
  const moved = today.down + today.up;
  const usual = `a usual ${weekdayName(now)} by ${clock(now)}`;
  if (today.usualByNow <= 0) return [`On ${usual} nothing has moved yet.`];
  const ratio = moved / today.usualByNow;
  const share = Math.abs(Math.round((ratio - 1) * 100));
  if (share < 2) return [make('b', {}, 'As much'), ` as on ${usual}`];
  if (ratio >= 3) return [make('b', {}, `${ratio.toFixed(1)} times`), ` ${usual}`];
  return [make('b', {}, `${share} % ${ratio > 1 ? 'more' : 'less'}`), ` than ${usual}`];
}

function draw({ width, height }, today, now) {
  const floor = height - 16;
  const wide = width / today.hours.length;
  const top = Math.max(1, ...today.hours.map(hour => Math.max(hour.down + hour.up, hour.usual ?? 0))) * 1.05;
  const high = bytes => (bytes / top) * floor;
  const parts = [];
  today.hours.forEach((hour, index) => {
    const x = index * wide + 1.5;
    const bar = Math.max(0.5, wide - 3);
    if (hour.usual > 0)
      parts.push(make('rect', {
        class: 'fill-usual', x: x + 0.5, y: floor - high(hour.usual) + 0.5, width: Math.max(0, bar - 1),
        height: Math.max(0, high(hour.usual) - 0.5), rx: 2,
      }));
    if (hour.start <= now) parts.push(...bars(hour, x, bar, floor, high));
    parts.push(cell(hour, index * wide, wide, floor));
    if (index % 6 === 0) parts.push(make('text', { x: index * wide + 1, y: height - 2 }, clock(hour.start).slice(0, 2)));
  });
  parts.push(make('line', { class: 'line', x1: 0, x2: width, y1: floor + 0.5, y2: floor + 0.5 }));
  return picture(width, height, `Today by hour, ${amount(today.down + today.up)} so far`, ...parts);
}

function bars(hour, x, width, floor, high) {
  const down = high(hour.down);
  const up = hour.up > 0 ? Math.max(1, high(hour.up)) : 0;
  return [
    make('rect', { class: 'fill-down', x, y: floor - down, width, height: down, rx: 2 }),
    make('rect', { class: 'fill-up', x, y: floor - down - up, width, height: up, rx: 1 }),
  ];
}

// All of an hour's height answers to the pointer.
function cell(hour, x, width, height) {
  const told = event => tip(event.clientX, event.clientY + 14, make('b', {}, hourSpan(hour.start, hour.end)),
    `↓ ${amount(hour.down)}   ↑ ${amount(hour.up)}`,
    ...(hour.usual === null ? [] : [make('span', { class: 'dim' }, `usual ${amount(hour.usual)}`)]));
  return make('rect', { x, y: 0, width, height, fill: 'transparent', onpointermove: told, onpointerleave: () => tip() });
}
