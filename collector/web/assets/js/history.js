// History: hours, days, weeks, months, years and billing cycles as tables with bars; each as CSV, each row a link to its
// time on the overview.
import { ask, askText, Latest, tagIs } from './api.js';
import { card, choice, empty, make } from './dom.js';
import { note, place } from './place.js';
import { cycles } from './history_cycles.js';
import { factsOf, rowsShown, tableOf } from './history_table.js';
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
  hour: { title: 'Hours', each: 'an hour', tellsSleep: true, begin: time.dayStart, end: time.nextDay, name: time.dayDate,
    row: row => time.hourSpan(row.start, row.end) },
  day: { title: 'Days', each: 'a day', begin: time.monthStart, end: nextMonth, name: time.monthYear, row: row => time.dayDate(row.start) },
  week: { title: 'Weeks', each: 'a week', begin: yearStart, end: nextYear, name: time.year,
    row: row => `${time.date(row.start)} – ${time.date(row.end - 1)}` },
  month: { title: 'Months', each: 'a month', begin: yearStart, end: nextYear, name: time.year, row: row => time.monthYear(row.start) },
  year: { title: 'Years', each: 'a year', row: row => time.year(row.start) },
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
  const facts = make('dl', { class: 'facts' });
  const { element, heading } = card('amounts-by-time', 'How much', facts, table);
  const stepper = make('div', { class: 'stepper' }, older, label, newer);
  let window_ = {};
  let question = null; // [path, parameters] of what is shown

  main.append(make('h1', {}, 'History'),
    make('div', { class: 'head toolbar' }, kindChoice.element, stepper, which, csv), element);

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
    label.textContent = kind.begin ? kind.name(window_.from) : '';
    stepper.hidden = !kind.begin;
    heading.textContent = by === 'cycle' ? 'Billing cycles' : 'How much';
    newer.disabled = window_.to > now;
    which.hidden = by === 'cycle';
    try {
      if (by === 'cycle') await showCycles(now);
      else await showUsage(by, kind, query.interface, now);
    } catch (problem) {
      facts.replaceChildren();
      table.replaceChildren(empty(problem.words?.() ?? problem.message));
    }
  }

  async function showCycles(now) {
    question = ['/api/v1/periods', { count: 100 }];
    const answer = await latest.ask(...question);
    facts.replaceChildren();
    if (answer) table.replaceChildren(...cycles(answer, now));
  }

  async function showUsage(by, kind, name, now) {
    question = ['/api/v1/usage', {
      bucket: by, where: name && tagIs('interface', name),
      from: kind.begin ? window_.from : 'all', to: kind.begin ? window_.to : undefined,
    }];
    const answer = await latest.ask(...question);
    if (!answer) return;
    const rows = rowsShown(answer.rows, now);
    facts.replaceChildren(...(rows.length ? factsOf(rows, answer.totals, kind, now) : []));
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

  document.addEventListener('unitchange', follow);
  follow();
  interfaces();
  return {
    follow,
    close() {
      document.removeEventListener('unitchange', follow);
      latest.close();
    },
  };
}

// Hands a text over as a file.
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
