// Sections that are there when the collector has something for them: applications, machines, alerts. A table of what
// the API tells of each.
import { ask } from './api.js';
import { card, empty, make } from './dom.js';
import { place } from './place.js';
import { amount } from './units.js';
import { full } from './time.js';

const lists = {
  apps: { title: 'Apps', path: '/api/v1/top', query: { of: 'app', limit: 100 } },
  fleet: { title: 'Fleet', path: '/api/v1/devices', query: { sort: 'today', limit: 100 } },
  alerts: { title: 'Alerts', path: '/api/v1/alerts', query: { limit: 100 } },
};
const bytes = new Set(['received', 'sent', 'total']);
const times = new Set(['first', 'last', 'since', 'until', 'start', 'end']);

function words(column, cell) {
  if (cell === null || cell === undefined) return '–';
  if (bytes.has(column)) return amount(cell);
  return times.has(column) ? full(cell) : String(cell);
}

export function open(main, frame) {
  const { page } = place();
  const list = lists[page];
  const body = make('div', { class: 'scrolls' });
  main.append(make('h1', {}, list.title), card('listing', list.title, body).element);
  ask(list.path, list.query).then(({ rows }) => {
    if (rows.length === 0) return body.replaceChildren(empty('There is nothing here yet.'));
    const columns = Object.keys(rows[0]);
    return body.replaceChildren(make('table', {},
      make('thead', {}, make('tr', {}, ...columns.map(column => make('th', { scope: 'col' }, column.replaceAll('_', ' '))))),
      make('tbody', {}, ...rows.map(row => make('tr', {}, ...columns.map((column, index) =>
        make(index ? 'td' : 'th', index ? {} : { scope: 'row' }, words(column, row[column]))))))));
  }).catch(problem => body.replaceChildren(empty(problem.words?.() ?? problem.message)));
  return {};
}
