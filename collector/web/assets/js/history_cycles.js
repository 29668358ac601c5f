// Billing cycles: used of how much, what it cost, what is expected, and the 95th percentile.
import { empty, make, picture } from './dom.js';
import { amount, percent, rate } from './units.js';
import { date, dateYear } from './time.js';

const columns = ['Cycle', 'Used of the plan', 'Used', 'Plan', 'Expected', 'Cost', '95th percentile'];

// What stands in the card, newest cycle first.
export function cycles(answer, aside) {
  aside.textContent = '';
  const { rows } = answer;
  if (rows.length === 0)
    return [empty('No plan is configured. With ', make('code', {}, 'plans: {home: {cycle: {day: 14}, quota: 1TB}}'),
      ' billing cycles are counted here, also those that are over.')];
  const severalPlans = new Set(rows.map(row => row.plan)).size > 1;
  return [make('table', { class: 'long' },
    make('thead', {}, make('tr', {}, ...columns.map((title, index) =>
      make('th', { scope: 'col', class: [1, 4, 5, 6].includes(index) ? 'wide' : null }, title)))),
    make('tbody', {}, ...rows.map(row => make('tr', {},
      make('th', { scope: 'row' }, `${date(row.start)} – ${dateYear(row.end - 1)}`,
        make('small', {}, [severalPlans && row.plan, row.state === 'running' && 'so far'].filter(Boolean).join(', '))),
      make('td', { class: 'stack wide' }, barOf(row)), make('td', {}, make('b', {}, amount(row.used))),
      make('td', {}, row.quota ? amount(row.quota) : '–'), make('td', { class: 'wide' }, expected(row)),
      make('td', { class: 'wide' }, row.cost === null ? '–' : `${row.cost} ${row.currency ?? ''}`),
      make('td', { class: 'wide' }, percentile(row))))))];
}

function expected(row) {
  return row.expected === null ? '–' : `${amount(row.expected)} (${amount(row.low)}–${amount(row.high)})`;
}

// Of bytes in five minutes.
function percentile(row) {
  const slot = row.p95_larger ?? row.p95_both;
  return slot === null || slot === undefined ? '–' : rate(Number(slot) / 300);
}

function barOf(row) {
  if (!row.quota) return '';
  const share = Number(row.used) / Number(row.quota);
  return picture(300, 10, percent(share), make('rect', { class: 'fill-rest', width: 300, height: 10, rx: 3 }),
    make('rect', { class: share > 1 ? 'fill-bad' : 'fill-down', width: 300 * Math.min(1, share), height: 10, rx: 3 }));
}
