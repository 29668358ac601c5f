// Amounts by hour, day … as a table with bars, and what they come to. What was not measured is no zero.
import { make, picture, value } from './dom.js';
import { busiestKnown } from './graph.js';
import { addressOf } from './place.js';
import { amount, amountParts, duration, percent, rate } from './units.js';

const columns = [['When'], ['Share', 'stack wide', true], ['Down'], ['Up'], ['Total'], ['Busiest second', 'wide'], ['Measured', 'wide']];
const total = row => Number(row.bytes_recv ?? 0) + Number(row.bytes_sent ?? 0);
const isKnown = row => row.bytes_recv !== null || row.bytes_sent !== null || row.seen > 0;

// Up to now, without what was before the first measurement.
export function rowsShown(rows, now) {
  const passed = rows.filter(row => row.start < now || isKnown(row));
  const first = passed.findIndex(isKnown);
  return first < 0 ? [] : passed.slice(first);
}

// `kind`: how rows are called (history.js).
export function tableOf(rows, kind, now) {
  const top = Math.max(1, ...rows.map(total));
  return make('table', { class: 'long' },
    make('thead', {}, make('tr', {}, ...columns.map(([title, name, isUnseen]) =>
      make('th', { scope: 'col', class: name }, isUnseen ? make('span', { class: 'unseen' }, title) : title)))),
    make('tbody', {}, ...rows.map(row => (isKnown(row) ? known(row, kind, now, top) : unknown(row, kind)))));
}

const nameOf = (row, kind, now) => make('th', { scope: 'row' },
  make('a', { href: addressOf('overview', { from: row.start, to: Math.min(row.end, now) }) }, kind.row(row)),
  make('small', {}, row.end > now ? 'so far' : kind.tellsSleep && row.flags?.includes('gap') ? 'asleep in part' : ''));

function known(row, kind, now, top) {
  return make('tr', {}, nameOf(row, kind, now),
    make('td', { class: 'stack wide' }, barOf(row, top)),
    make('td', {}, amount(row.bytes_recv ?? 0)), make('td', {}, amount(row.bytes_sent ?? 0)),
    make('td', {}, make('b', {}, amount(total(row)))), make('td', { class: 'wide' }, busiest(row)),
    make('td', { class: 'wide' }, measured(row, now)));
}

const unknown = (row, kind) => make('tr', { class: 'inside' }, make('th', { scope: 'row' }, kind.row(row)),
  make('td', { class: 'stack wide' }), make('td', { colspan: 3 }, 'not measured'), make('td', { class: 'wide', colspan: 2 }));

export function busiest(row) {
  const peaks = ['bytes_recv', 'bytes_sent'].map(field => busiestKnown(row[`${field}_peak`], row[field], row.seen));
  return peaks.includes(null) ? '–' : rate(Math.max(...peaks));
}

function measured(row, now) {
  const length = Math.min(row.end, now) - row.start;
  if (length <= 0) return '–';
  return make('span', { title: `${duration(row.seen)} of ${duration(length)}` }, percent(Math.min(1, row.seen / length)));
}

function barOf(row, top) {
  const down = (Number(row.bytes_recv ?? 0) / top) * 300;
  const up = (Number(row.bytes_sent ?? 0) / top) * 300;
  return picture(300, 14, '', make('rect', { class: 'fill-down', width: down, height: 14, rx: 2 }),
    make('rect', { class: 'fill-up', x: down + (up > 1 ? 1 : 0), width: Math.max(0, up - (up > 1 ? 1 : 0)), height: 14, rx: 2 }));
}

// What the rows come to. The one that is not over yet is no part of an average.
export function factsOf(rows, totals, kind, now) {
  const full = rows.filter(row => isKnown(row) && row.end <= now);
  const most = rows.reduce((best, row) => (total(row) > total(best) ? row : best), rows[0]);
  const facts = [['in all', amountParts(Number(totals.bytes_recv ?? 0) + Number(totals.bytes_sent ?? 0))],
    ['down', amountParts(totals.bytes_recv ?? 0)], ['up', amountParts(totals.bytes_sent ?? 0)]];
  if (full.length > 1) facts.push([`${kind.each} on average`, amountParts(full.reduce((sum, row) => sum + total(row), 0) / full.length)]);
  if (rows.length > 1) facts.push([`most: ${kind.row(most)}`, amountParts(total(most))]);
  return facts.map(([title, parts]) => make('div', {}, make('dt', {}, title), make('dd', {}, ...value(parts))));
}
