// Status: how the collector itself is, as `collector status` tells it, and what happened to the numbers lately.
import { ask } from './api.js';
import { card, empty, make, value } from './dom.js';
import { sinkState } from './sinks.js';
import { amount, amountParts, count, duration, exact, plural, reading, takes } from './units.js';
import { full } from './time.js';

const eventsAtFirst = 8;
const unix = text => (text ? Date.parse(text) / 1000 : null);
const ago = (text, now) => (text ? `${duration(now - unix(text))} ago` : 'never');

export function open(main, frame) {
  const verdict = make('p', { class: 'verdict', role: 'status' });
  const facts = make('dl', { class: 'facts' });
  const access = make('p', { class: 'note small' }, accessWords(frame.about));
  const health = card('health', 'Health', verdict, facts, access);
  const sinks = tableCard('sinks', 'Sinks', ['Name', 'State', 'Delivered', 'Behind']);
  const samplers = tableCard('samplers', 'Samplers', ['Name', 'Every', 'Samples', 'Failed', 'Takes']);
  const events = tableCard('events', 'What happened to the numbers', ['When', 'Through', 'What']);
  events.aside.textContent = 'last 30 days';
  const more = make('button', { type: 'button', class: 'quiet', hidden: true, onclick: () => tellEvents(Infinity) });
  events.element.append(more);
  main.append(make('h1', {}, 'Status'), health.element,
    make('div', { class: 'column' }, sinks.element, events.element), make('div', { class: 'column' }, samplers.element));
  let isOpen = true;

  async function refresh() {
    try {
      const status = await ask('/status');
      if (isOpen) show(status);
    } catch (problem) {
      const words = problem.words?.() ?? 'The collector does not answer.';
      if (verdict.textContent !== words) verdict.textContent = verdict.dataset.words = words;
      verdict.className = 'verdict bad-text';
    }
  }

  function show(status) {
    const now = unix(status.time);
    const isHealthy = status.health.status === 'healthy';
    // Said once: a screen reader would say it again every time it is put there.
    const words = JSON.stringify(status.health);
    if (verdict.dataset.words !== words) verdict.replaceChildren(make('span', { class: `dot ${isHealthy ? 'good' : 'warn'}`, 'aria-hidden': 'true' }),
      make('b', {}, isHealthy ? 'healthy' : 'degraded'), ...status.health.reasons.map(reason => make('span', {}, reason)));
    verdict.dataset.words = words;
    verdict.className = 'verdict';
    health.aside.textContent = `version ${status.version}`;
    facts.replaceChildren(...[
      ['running for', spaced(duration(status.uptime))], ['measures every', spaced(duration(status.loop.interval))],
      ['series', [exact(status.loop.series), '']], ['in memory', amountParts(status.process.resident_bytes)],
      ['of a processor', spaced(processor(status))], ['rows stored', [count(status.writer.rows), '']],
      ['in the spool', amountParts(status.spool.bytes)], ['values set aside', [exact(status.loop.quarantined), '']],
    ].map(([title, number]) => make('div', {}, make('dt', {}, title), make('dd', {}, ...value(number)))));
    sinks.fill(status.sinks.map(sink => sinkRow(sink, now)), 'No sink is configured: nothing is kept.');
    samplers.fill(status.samplers.map(samplerRow), 'No sampler is configured: nothing is measured.');
  }

  // The latest few; all of them on demand.
  async function tellEvents(most) {
    try {
      const { rows, next } = await ask('/api/v1/events', { from: '-30d', limit: most === Infinity ? 1000 : most + 1 });
      if (!isOpen) return;
      events.fill(rows.slice(0, most).map(eventRow), 'Nothing: no gap, no reset, nothing set aside.');
      more.hidden = rows.length <= most && !(next && most < Infinity);
      more.textContent = 'Show all of the last 30 days';
    } catch (problem) {
      events.fill([], problem.words?.() ?? problem.message);
    }
  }

  refresh();
  tellEvents(eventsAtFirst);
  const timer = setInterval(() => document.hidden || refresh(), 5000);
  return {
    close() {
      isOpen = false;
      clearInterval(timer);
    },
  };
}

function sinkRow(sink, now) {
  const { state, words } = sinkState(sink, now);
  return make('tr', {},
    make('th', { scope: 'row' }, sink.name, make('small', {}, sink.type)),
    make('td', { class: 'words' }, make('span', { class: `dot ${state}`, 'aria-hidden': 'true' }), ` ${words}`),
    make('td', {}, ago(sink.last_delivery, now)),
    make('td', {}, sink.backlog.batches ? `${plural(sink.backlog.rows, 'row')}, ${amount(sink.backlog.bytes)}` : '–'));
}

// As what somebody looks at this, and how often that may be.
function accessWords({ access, limits }) {
  if (!access) return '';
  if (access.anonymous) return `Not signed in: you look at this as ${access.role}.`;
  const who = `Signed in as ${access.name ?? 'somebody'}:`;
  const hosts = access.hosts?.length ? `, of ${access.hosts.join(', ')} alone` : '';
  return `${who} ${access.role}${hosts}. At most ${plural(limits.requests_per_second, 'request')} a second and ` +
    `${plural(limits.sockets, 'live stream')} at a time.`;
}

// "19 s" as a number and its unit; "2 h 5 min" is one text.
const spaced = words => (words.split(' ').length === 2 ? words.split(' ') : [words, '']);

// Its share since the start.
const processor = ({ process, uptime }) => reading((process.cpu_seconds / Math.max(1, uptime)) * 100, 'percent');

const eventRow = row => make('tr', {},
  make('th', { scope: 'row' }, full(row.t)), make('td', { class: 'words' }, row.interface ?? 'all'), make('td', { class: 'words' }, row.text));

function samplerRow(sampler) {
  const told = sampler.error ?? sampler.warning ?? sampler.notice ?? sampler.rejection;
  return make('tr', {},
    make('th', { scope: 'row' }, sampler.name, told ? make('small', { class: sampler.error || sampler.warning ? 'warn-text' : null }, told) : ''),
    make('td', {}, duration(sampler.interval)), make('td', { class: 'wide' }, exact(sampler.samples)), make('td', {}, exact(sampler.failures)),
    make('td', {}, takes(sampler.last_duration)));
}

function tableCard(name, title, columns) {
  const body = make('tbody');
  const table = make('table', {}, make('thead', {}, make('tr', {}, ...columns.map(column =>
    make('th', { scope: 'col', class: { State: 'words', Through: 'words', What: 'words', Samples: 'wide' }[column] }, column)))), body);
  const made = card(name, title, make('div', { class: 'scrolls' }, table));
  const nothing = empty();
  made.element.append(nothing);
  nothing.hidden = true;
  function fill(rows, otherwise) {
    body.replaceChildren(...rows);
    table.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0;
    nothing.textContent = otherwise;
  }
  return { ...made, fill };
}
