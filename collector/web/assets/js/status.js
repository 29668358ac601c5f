// Status: how the collector itself is, as `collector status` tells it, and what happened to the numbers lately.
import { ask } from './api.js';
import { card, empty, make, value } from './dom.js';
import { sinkState } from './sinks.js';
import { amount, duration, exact, parts, amountParts } from './units.js';
import { full } from './time.js';

const unix = text => (text ? Date.parse(text) / 1000 : null);
const ago = (text, now) => (text ? `${duration(now - unix(text))} ago` : 'never');

export function open(main, frame) {
  const verdict = make('p', { class: 'verdict', role: 'status' });
  const facts = make('dl', { class: 'facts' });
  const health = card('health', 'Health', verdict, facts);
  const sinks = tableCard('sinks half', 'Sinks', ['Name', 'State', 'Delivered', 'Behind']);
  const samplers = tableCard('samplers half', 'Samplers', ['Name', 'Every', 'Samples', 'Failed', 'Takes']);
  const events = tableCard('events', 'What happened to the numbers', ['When', 'Through', 'What']);
  events.aside.textContent = 'last 30 days';
  main.append(make('h1', {}, 'Status', make('small', {}, frame.about.host ?? '')), health.element, sinks.element, samplers.element, events.element);
  let isOpen = true;

  async function refresh() {
    try {
      const status = await ask('/status');
      if (isOpen) show(status);
    } catch (problem) {
      verdict.textContent = problem.words?.() ?? 'The collector does not answer.';
      verdict.className = 'verdict bad-text';
    }
  }

  function show(status) {
    const now = unix(status.time);
    const isHealthy = status.health.status === 'healthy';
    verdict.className = 'verdict';
    verdict.replaceChildren(make('span', { class: `dot ${isHealthy ? 'good' : 'warn'}`, 'aria-hidden': 'true' }),
      make('b', {}, isHealthy ? 'healthy' : 'degraded'), ...status.health.reasons.map(reason => make('span', {}, reason)));
    health.aside.textContent = `version ${status.version}`;
    facts.replaceChildren(...[
      ['running for', [duration(status.uptime), '']], ['a tick every', duration(status.loop.interval).split(' ')],
      ['series', [exact(status.loop.series), '']], ['in memory', amountParts(status.process.resident_bytes)],
      ['processor time', [(status.process.cpu_seconds).toFixed(1), 's']], ['rows stored', parts(status.writer.rows, '')],
      ['waiting in the spool', amountParts(status.spool.bytes)], ['set aside as impossible', [exact(status.loop.quarantined), '']],
    ].map(([title, number]) => make('div', {}, make('dt', {}, title), make('dd', {}, ...value(number)))));
    sinks.fill(status.sinks.map(sink => sinkRow(sink, now)), 'No sink is configured: nothing is kept.');
    samplers.fill(status.samplers.map(samplerRow), 'No sampler is configured: nothing is measured.');
  }

  async function tellEvents() {
    try {
      const answer = await ask('/api/v1/events', { from: '-30d', limit: 50 });
      events.fill(answer.rows.map(eventRow), 'Nothing: no gap, no reset, nothing set aside.');
    } catch (problem) {
      events.fill([], problem.words?.() ?? problem.message);
    }
  }

  refresh();
  tellEvents();
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
    make('td', {}, make('span', { class: `dot ${state}`, 'aria-hidden': 'true' }), ` ${words}`),
    make('td', {}, ago(sink.last_delivery, now)),
    make('td', {}, sink.backlog.batches ? `${exact(sink.backlog.rows)} rows, ${amount(sink.backlog.bytes)}` : '–'));
}

const eventRow = row => make('tr', {},
  make('th', { scope: 'row' }, full(row.t)), make('td', {}, row.interface ?? 'all'), make('td', {}, row.text));

function samplerRow(sampler) {
  const told = sampler.error ?? sampler.warning ?? sampler.notice ?? sampler.rejection;
  return make('tr', {},
    make('th', { scope: 'row' }, sampler.name, told ? make('small', { class: sampler.error || sampler.warning ? 'warn-text' : null }, told) : ''),
    make('td', {}, duration(sampler.interval)), make('td', {}, exact(sampler.samples)), make('td', {}, exact(sampler.failures)),
    make('td', {}, `${parts(sampler.last_duration * 1e6, '')[0]} µs`));
}

function tableCard(name, title, columns) {
  const body = make('tbody');
  const table = make('table', {}, make('thead', {}, make('tr', {}, ...columns.map(column => make('th', { scope: 'col' }, column)))), body);
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
