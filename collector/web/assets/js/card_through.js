// Through what: the interfaces, with their last day. What runs inside another one is told and never added.
import { card, empty, make, picture } from './dom.js';
import { addressOf } from './place.js';
import { amount, percent } from './units.js';

const atFirst = 6; // of more than two beyond it: the others on demand

export function throughCard() {
  const body = make('tbody');
  const table = make('table', {},
    make('thead', {}, make('tr', {}, ...['Interface', '24 h', 'Down', 'Up', 'Share'].map((title, index) =>
      make('th', { scope: 'col', class: index === 1 || index === 4 ? 'wide' : null }, title)))),
    body);
  const nothing = empty('No interface has been measured yet.');
  const more = make('button', { type: 'button', class: 'quiet more', hidden: true, onclick: () => showAll() });
  const { element, aside } = card('through', 'Through what', table, nothing, more);
  let all = false;
  let shown = { interfaces: [] };
  function showAll() {
    all = true;
    update(shown);
    body.children[atFirst].querySelector('a').focus();
  }
  function update(model) {
    shown = model;
    const { interfaces } = model;
    const few = all || interfaces.length <= atFirst + 2 ? interfaces : interfaces.slice(0, atFirst);
    more.hidden = few.length === interfaces.length;
    more.textContent = `${interfaces.length - few.length} more`;
    aside.textContent = 'this period';
    nothing.hidden = interfaces.length > 0;
    table.hidden = interfaces.length === 0;
    body.replaceChildren(...few.map(row));
  }
  return { element, update };
}

function row(each) {
  return make('tr', { class: each.isCounted ? null : 'inside' },
    make('th', { scope: 'row' }, make('a', { href: addressOf('interface', { name: each.name }), title: each.name }, each.name),
      make('small', {}, each.about)),
    make('td', { class: 'wide' }, spark(each.spark)),
    make('td', {}, amount(each.down)), make('td', {}, amount(each.up)),
    make('td', { class: 'wide' }, each.isCounted ? shareBar(each.share ?? 0) : each.inside ? 'inside' : 'not added'));
}

function spark(values) {
  const top = Math.max(1, ...values);
  const points = values.map((bytes, index) => `${((index / Math.max(1, values.length - 1)) * 74).toFixed(1)} ${(20 - (bytes / top) * 18).toFixed(1)}`);
  return picture(74, 22, '', make('path', { class: 'spark', d: points.length ? `M${points.join('L')}` : '' }));
}

export function shareBar(share) {
  const bar = picture(54, 8, percent(share), make('rect', { class: 'fill-rest', width: 54, height: 8, rx: 4 }),
    make('rect', { class: 'fill-down', width: 54 * Math.min(1, share), height: 8, rx: 4 }));
  bar.setAttribute('class', 'share');
  return bar;
}
