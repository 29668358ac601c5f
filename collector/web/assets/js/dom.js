// Elements made without markup in strings: what comes from outside (names of interfaces, hosts, sensors) is only ever
// text, and a strict Content-Security-Policy with Trusted Types has nothing to refuse.
const svgNames = new Set(['svg', 'path', 'rect', 'line', 'text', 'circle', 'g', 'title']);

export const byId = id => document.getElementById(id);

// make('p', {class: 'note'}, 'text', element …). Attributes that are functions are listeners: {onclick: …}; those
// that are null, undefined or false are left out.
export function make(name, attributes = {}, ...children) {
  const element = svgNames.has(name)
    ? document.createElementNS('http://www.w3.org/2000/svg', name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.flat());
  return element;
}

export const picture = (width, height, label, ...children) =>
  make('svg', {
    viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none',
    ...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' }),
  }, ...children);

// A still picture that follows its box: drawn when the box has its size, and anew when that changes or what is shown.
// Gives what shows it. Nothing is measured in between, so that a screen of them is laid out once.
export function still(box, draw) {
  let size = null;
  let shown = null;
  const paint = () => size?.width && shown && box.replaceChildren(draw(size, ...shown));
  new ResizeObserver(([entry]) => {
    size = entry.contentRect;
    paint();
  }).observe(box);
  return (...given) => {
    shown = given;
    paint();
  };
}

// A number in large with its unit in small.
export const value = ([number, unit]) => [number, make('span', { class: 'unit' }, unit)];

let headings = 0;

// A card with its heading; `aside` is what stands at the right of it.
export function card(name, title, ...children) {
  const aside = make('p', { class: 'aside' });
  const heading = make('h2', { id: `heading-${++headings}` }, title);
  const element = make('section', { class: `card ${name}`, 'aria-labelledby': heading.id }, heading, aside, ...children);
  return { element, heading, aside };
}

// Why there is nothing here, and what to do.
export const empty = (...words) => make('p', { class: 'empty' }, ...words);

// One of a few: a radio group of buttons, moved through by arrow keys. `items`: [key, label] each.
export function choice(label, items, chosen, choose) {
  const group = make('div', { class: 'choice', role: 'radiogroup', 'aria-label': label });
  const buttons = items.map(([key, text]) =>
    make('button', { type: 'button', role: 'radio', 'data-key': key, onclick: () => pick(key) }, text));
  function mark(key) {
    const known = items.some(item => item[0] === key);
    buttons.forEach((button, index) => {
      const isChosen = button.dataset.key === String(key);
      button.setAttribute('aria-checked', isChosen);
      button.tabIndex = isChosen || (!known && index === 0) ? 0 : -1;
    });
  }
  function pick(key) {
    mark(key);
    choose(key);
  }
  group.append(...buttons);
  group.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.focus();
    pick(next.dataset.key);
  });
  mark(chosen);
  return { element: group, mark };
}

// What is under the pointer, in words, beside it. Without lines it goes away.
export function tip(x, y, ...lines) {
  const box = byId('tip');
  box.hidden = lines.length === 0;
  if (box.hidden) return;
  box.replaceChildren(...lines.map(line => make('div', {}, ...[line].flat())));
  const width = box.offsetWidth;
  const left = x + 16 + width > innerWidth - 8 ? x - width - 16 : x + 16;
  box.style.left = `${Math.max(8, left) + scrollX}px`;
  box.style.top = `${y + scrollY}px`;
}

// Further pages and the sign-in dialog have a style sheet of their own, which comes with the first of them.
let style = null;
export function furtherStyle() {
  style ??= new Promise(done => {
    const address = new URL('../pages.css', import.meta.url).href;
    document.head.append(make('link', { rel: 'stylesheet', href: address, onload: done, onerror: done }));
  });
  return style;
}
