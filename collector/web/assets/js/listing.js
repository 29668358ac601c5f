// Sections that are there when the collector says that it has something for them (/api/v1, capabilities): applications,
// machines, alerts. A table of what the API tells of each; what a column is called and how it is shown goes by its name.
import { ask } from './api.js';
import { shareBar } from './card_through.js';
import { card, empty, make } from './dom.js';
import { place } from './place.js';
import { amount } from './units.js';
import { full } from './time.js';

const lists = {
  apps: { title: 'Apps', heading: 'Applications by what they moved', path: '/api/v1/top', query: { of: 'app', limit: 100 } },
  fleet: { title: 'Fleet', heading: 'Machines', path: '/api/v1/devices', query: { sort: 'today', limit: 100 } },
  alerts: { title: 'Alerts', heading: 'Rules, and what they say', path: '/api/v1/alerts', query: { limit: 100 } },
};
const titles = { received: 'Down', sent: 'Up', host: 'Machine', app: 'Application', first: 'First seen', last: 'Last seen' };
const bytes = new Set(['received', 'sent', 'total']);
const times = new Set(['first', 'last', 'since', 'until', 'start', 'end']);
const dots = { up: 'good', ok: 'good', on: 'good', late: 'warn', pending: 'warn', stale: 'warn', down: 'bad', firing: 'bad' };

const titleOf = column => titles[column] ?? column[0].toUpperCase() + column.slice(1).replaceAll('_', ' ');
const isNumber = column => bytes.has(column) || column === 'share';

function content(column, cell) {
  if (cell === null || cell === undefined) return '–';
  if (bytes.has(column)) return amount(cell);
  if (times.has(column)) return full(cell);
  if (column === 'share') return shareBar(cell);
  if (column === 'state' && dots[cell]) return [make('span', { class: `dot ${dots[cell]}`, 'aria-hidden': 'true' }), cell];
  return String(cell);
}

const tableOf = (rows, columns) => make('table', { class: 'long' },
  make('thead', {}, make('tr', {}, ...columns.map(column => make('th', { scope: 'col', class: isNumber(column) ? null : 'words' }, titleOf(column))))),
  make('tbody', {}, ...rows.map(row => make('tr', {}, ...columns.map((column, index) =>
    make(index ? 'td' : 'th', { scope: index ? null : 'row', class: isNumber(column) ? null : 'words' }, ...[content(column, row[column])].flat()))))));

export function open(main) {
  const { title, heading, path, query } = lists[place().page];
  const body = make('div', { class: 'scrolls' });
  main.append(make('h1', {}, title), card('listing', heading, body).element);
  async function load() {
    try {
      const { rows } = await ask(path, query);
      // What is null in every row is not told of here.
      const columns = Object.keys(rows[0] ?? {}).filter(column => rows.some(row => row[column] !== null));
      body.replaceChildren(rows.length ? tableOf(rows, columns) : empty('There is nothing here yet.'));
    } catch (problem) {
      body.replaceChildren(empty(problem.words?.() ?? problem.message));
    }
  }
  load();
  document.addEventListener('unitchange', load);
  return { close: () => document.removeEventListener('unitchange', load) };
}
