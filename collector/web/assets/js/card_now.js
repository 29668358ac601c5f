// Right now: what moves, in numbers; from the first answer, and then as it is measured (now_live.js).
import { card, make, value } from './dom.js';
import { rate, rateParts } from './units.js';

export function nowCard() {
  const box = make('div', { class: 'plot live', role: 'img', 'aria-label': 'Download and upload of the last two minutes' });
  const [down, up] = [figure('down', '↓', 'Download'), figure('up', '↑', 'Upload')];
  const { element, aside } = card('now', 'Right now', make('div', { class: 'pair' }, down.element, up.element), box);
  let isLive = false; // what is shown, or that nothing is, is from the stream

  // Bytes a second, and the highest of the last two minutes.
  function show([received, sent], busiest) {
    isLive = true;
    down.set(received);
    up.set(sent);
    aside.textContent = `last 2 min, busiest ${rate(busiest)}`;
  }
  // What moves is not known: what an answer said before is no better.
  function silent(words) {
    isLive = true;
    down.clear();
    up.clear();
    aside.textContent = words;
  }
  function update({ rates }) {
    if (isLive || !rates) return;
    down.set(rates[0]);
    up.set(rates[1]);
  }
  return { element, box, show, silent, update };
}

function figure(name, arrow, word) {
  const number = make('span', { id: `now-${name}` });
  const element = make('p', { class: `big ${name}` }, make('span', { class: 'arrow', 'aria-hidden': 'true' }, arrow),
    make('span', { class: 'unseen' }, `${word} `), number);
  return { element, set: bytes => number.replaceChildren(...value(rateParts(bytes))), clear: () => number.replaceChildren('–') };
}
