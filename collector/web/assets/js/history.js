// History: hours, days, weeks, months, years and billing cycles as tables with bars; each as CSV, each row a link to its
// time on the overview.
import { ask, askText, Latest } from './api.js';
import { card, choice, empty, make, picture } from './dom.js';
import { addressOf, note, place } from './place.js';
import { cycles } from './history_cycles.js';
import { amount, duration, percent, rate } from './units.js';
import * as time from './time.js';

const yearStart = at => {
  let start = time.monthStart(at);
  while (time.monthName(start) !== 'Jan') start = time.monthStart(start - 1);
  return start;
};
const nextMonth = at => time.monthStart(time.monthStart(at) + 32 * 86400);
const nextYear = at => yearStart(yearStart(at) + 370 * 86400);

// What a page of each shows: where it begins and ends, what it and its rows are called.
const kinds = {
  hour: { title: 'Hours', begin: time.dayStart, end: time.nextDay, name: time.dayDate, row: row => `${time.clock(row.start)}–${time.clock(row.end)}` },
  day: { title: 'Days', begin: time.monthStart, end: nextMonth, name: time.monthYear, row: row => time.dayDate(row.start) },
  week: { title: 'Weeks', begin: yearStart, end: nextYear, name: time.year, row: row => `${time.date(row.start)} – ${time.date(row.end - 1)}` },
  month: { title: 'Months', begin: yearStart, end: nextYear, name: time.year, row: row => time.monthYear(row.start) },
  year: { title: 'Years', row: row => time.year(row.start) },
  cycle: { title: 'Cycles' },
};

export function open(main, frame) {
  const latest = new Latest();
  const kindChoice = choice('By', Object.entries(kinds).map(([key, kind]) => [key, kind.title]), '', by => change({ by, at: null }));
  const which = make('select', { 'aria-label': 'Interface', onchange: () => change({ interface: which.value }) }, make('option', { value: '' }, 'all uplinks'));
  const older = make('button', { type: 'button', 'aria-label': 'Older', onclick: () => change({ at: window_.from - 1 }) }, '‹');
  const newer = make('button', { type: 'button', 'aria-label': 'Newer', onclick: () => change({ at: window_.to }) }, '›');
  const label = make('p', { class: 'span', 'aria-live': 'polite' });
  const csv = make('button', { type: 'button', onclick: save }, 'CSV');
  const table = make('div', { class: 'scrolls' });
  const { element, aside } = card('amounts-by-time', 'How much', table);
  let window_ = {};
  let question = null; // [path, parameters] of what is shown

  main.append(make('h1', {}, 'History', make('small', {}, frame.about.host ?? '')),
    make('div', { class: 'head toolbar' }, kindChoice.element, make('div', { class: 'stepper' }, older, label, newer), which, csv), element);

  function change(changes) {
    note(changes, { step: true });
    follow();
  }

  async function follow() {
    const { query } = place();
    const by = kinds[query.by] ? query.by : 'day';
    const kind = kinds[by];
    kindChoice.mark(by);
    const now = Math.floor(Date.now() / 1000);
    const at = Math.min(Number(query.at) || now, now);
    window_ = kind.begin ? { from: kind.begin(at), to: kind.end(at) } : {};
    label.textContent = kind.begin ? kind.name(window_.from) : 'all of it';
    older.hidden = newer.hidden = !kind.begin;
    newer.disabled = kind.begin ? window_.to > now : true;
    which.hidden = by === 'cycle';
    try {
      if (by === 'cycle') await showCycles();
      else await showUsage(by, kind, query.interface, now);
    } catch (problem) {
      table.replaceChildren(empty(problem.words?.() ?? problem.message));
    }
  }

  async function showCycles() {
    question = ['/api/v1/periods', { count: 100 }];
    const answer = await latest.ask(...question);
    if (answer) table.replaceChildren(...cycles(answer, aside));
  }

  async function showUsage(by, kind, name, now) {
    question = ['/api/v1/usage', {
      bucket: by, where: name && `interface=${name}`,
      from: kind.begin ? window_.from : 'all', to: kind.begin ? window_.to : undefined,
    }];
    const answer = await latest.ask(...question);
    if (!answer) return;
    const rows = answer.rows.filter(row => row.bytes_recv !== null || row.bytes_sent !== null || row.seen > 0);
    aside.textContent = `↓ ${amount(answer.totals.bytes_recv ?? 0)}   ↑ ${amount(answer.totals.bytes_sent ?? 0)}`;
    table.replaceChildren(rows.length ? tableOf(rows, kind, now) : empty('Nothing was measured in this time.'));
  }

  async function save() {
    const [path, parameters] = question;
    download(`collector-${path.split('/').at(-1)}.csv`, 'text/csv', await askText(path, { ...parameters, format: 'csv' }));
  }

  async function interfaces() {
    const answer = await ask('/api/v1/top', { of: 'interface', from: 'all', limit: 100 }).catch(() => ({ rows: [] }));
    const names = answer.rows.map(row => row.interface).filter(Boolean);
    which.append(...names.map(name => make('option', { value: name }, name)));
    which.value = place().query.interface ?? '';
  }

  follow();
  interfaces();
  return { follow, close: () => latest.close() };
}

const columns = ['When', '', 'Down', 'Up', 'Total', 'Busiest second', 'Measured'];

function tableOf(rows, kind, now) {
  const total = row => Number(row.bytes_recv ?? 0) + Number(row.bytes_sent ?? 0);
  const top = Math.max(1, ...rows.map(total));
  return make('table', { class: 'long' },
    make('thead', {}, make('tr', {}, ...columns.map((title, index) => make('th', { scope: 'col', class: index > 4 || index === 1 ? 'wide' : null },
      title || make('span', { class: 'unseen' }, 'Share'))))),
    make('tbody', {}, ...rows.map(row => make('tr', {},
      make('th', { scope: 'row' }, make('a', { href: addressOf('overview', { from: row.start, to: Math.min(row.end, now) }) }, kind.row(row)),
        row.end > now ? make('small', {}, 'so far') : ''),
      make('td', { class: 'stack wide' }, barOf(row, top)),
      make('td', {}, amount(row.bytes_recv ?? 0)), make('td', {}, amount(row.bytes_sent ?? 0)),
      make('td', {}, make('b', {}, amount(total(row)))), make('td', { class: 'wide' }, busiest(row)),
      make('td', { class: 'wide' }, measured(row, now))))));
}

function busiest(row) {
  const peak = Math.max(row.bytes_recv_peak ?? -1, row.bytes_sent_peak ?? -1);
  return peak < 0 ? '–' : rate(peak);
}

function measured(row, now) {
  const length = Math.min(row.end, now) - row.start;
  if (length <= 0) return '–';
  const share = Math.min(1, row.seen / length);
  return make('span', { title: `${duration(row.seen)} of ${duration(length)}` }, percent(share));
}

function barOf(row, top) {
  const down = (Number(row.bytes_recv ?? 0) / top) * 300;
  const up = (Number(row.bytes_sent ?? 0) / top) * 300;
  return picture(300, 14, '', make('rect', { class: 'fill-down', width: down, height: 14, rx: 2 }),
    make('rect', { class: 'fill-up', x: down + (up > 1 ? 1 : 0), width: Math.max(0, up - (up > 1 ? 1 : 0)), height: 14, rx: 2 }));
}

// Hands a text over as a file.
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
