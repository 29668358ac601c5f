// Billing cycles: used of how much, what it cost, what is expected, and the 95th percentile.
import { empty, make, picture } from './dom.js';
import { addressOf } from './place.js';
import { amount, amountRange, percent, rate } from './units.js';
import { date, dateYear } from './time.js';

// [title, what stands in it]; those without a value in any row are left out.
const further = [['Expected', expected], ['Cost', row => (row.cost === null ? '–' : `${row.cost} ${row.currency ?? ''}`)], ['95th percentile', percentile]];

// What stands in the card, newest cycle first.
export function cycles({ rows }, now) {
  if (rows.length === 0)
    return [empty('No plan is configured. With ', make('code', {}, 'plans: {home: {cycle: {day: 14}, quota: 1TB}}'),
      ' billing cycles are counted here, also those that are over.')];
  const severalPlans = new Set(rows.map(row => row.plan)).size > 1;
  const shown = further.filter(([, cell]) => rows.some(row => cell(row) !== '–'));
  const heads = [['Cycle'], ['Used of the plan', 'stack wide'], ['Used'], ['Plan'], ...shown.map(([title]) => [title, 'wide'])];
  return [make('table', { class: 'long' },
    make('thead', {}, make('tr', {}, ...heads.map(([title, kind]) => make('th', { scope: 'col', class: kind }, title)))),
    make('tbody', {}, ...rows.map(row => make('tr', {},
      make('th', { scope: 'row' },
        make('a', { href: addressOf('overview', { from: row.start, to: Math.min(row.end, now), mode: 'amount' }) },
          `${date(row.start)} – ${dateYear(row.end - 1)}`),
        make('small', {}, [severalPlans && row.plan, row.state === 'running' && 'so far'].filter(Boolean).join(', '))),
      make('td', { class: 'stack wide' }, barOf(row)), make('td', {}, make('b', {}, amount(row.used))),
      make('td', {}, row.quota ? amount(row.quota) : '–'),
      ...shown.map(([, cell]) => make('td', { class: 'wide' }, cell(row)))))))];
}

function expected(row) {
  return row.expected === null ? '–' : `${amount(row.expected)} (${amountRange(row.low, row.high)})`;
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
