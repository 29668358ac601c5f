// What the page says about numbers: forecasts, comparisons, interfaces, traffic, rows of tables.
import assert from 'node:assert/strict';
import test from 'node:test';
import { text } from './words.mjs';
import { leftText, outlook } from '../../collector/web/assets/js/card_period.js';
import { compared } from '../../collector/web/assets/js/card_today.js';
import { busiest, factsOf, rowsShown } from '../../collector/web/assets/js/history_table.js';
import { kindWords } from '../../collector/web/assets/js/kinds.js';
import { sentence } from '../../collector/web/assets/js/session.js';
import { advice } from '../../collector/web/assets/js/sign_in.js';
import { sinkState } from '../../collector/web/assets/js/sinks.js';
import { setZone } from '../../collector/web/assets/js/time.js';
import { bucketWords, sumWords } from '../../collector/web/assets/js/traffic_words.js';

setZone('Europe/Berlin');
const to = Date.UTC(2026, 11, 13, 23) / 1000; // the 13th is the last day
const period = { to, used: 562e9, quota: 1e12, forecast: { expected: 1.09e12, low: 1.05e12, high: 1.13e12 } };

test('a forecast has a range, and is never called over before it is', () => {
  assert.equal(text(outlook(period)), '9 % over: 1.09 TB by 13 Dec (1.05–1.13 TB)');
  assert.equal(text(outlook({ ...period, forecast: { expected: 7e11, low: 6.5e11, high: 1.1e12 } })), 'on track: 700 GB by 13 Dec (650 GB–1.10 TB)');
  assert.equal(text(outlook({ ...period, quota: null, forecast: { expected: 7e11, low: 6e11, high: 8e11 } })), '700 GB by 13 Dec expected (600–800 GB)');
  assert.equal(text(outlook({ ...period, used: 1.2e12 })), '200 GB over the plan');
  assert.equal(text(outlook({ ...period, forecast: null, tooLittle: { days: 1, needed: 14 } })), 'A forecast needs 14 days with hours; there is 1.');
  assert.equal(text(outlook({ ...period, forecast: null, tooLittle: null })), '');
});

test('what is left, in days', () => {
  assert.equal(leftText({ daysLeft: 14, leftPerDay: 30.6e9 }), '14 days left · 30.6 GB a day');
  assert.equal(leftText({ daysLeft: 1, leftPerDay: null }), '1 day left');
  assert.equal(leftText({ daysLeft: 0, leftPerDay: 1e9 }), 'the last day · 1.00 GB a day');
});

test('today beside a usual day of its name', () => {
  const now = Date.UTC(2026, 10, 29, 16, 1) / 1000;
  const today = usualByNow => text(compared({ down: 60e9, up: 2e9, usualByNow }, now));
  assert.equal(today(100e9), '38 % less than a usual Sunday by 17:01');
  assert.equal(today(40e9), '55 % more than a usual Sunday by 17:01');
  assert.equal(today(61.9e9), 'As much as on a usual Sunday by 17:01');
  assert.equal(today(10e9), '6.2 times a usual Sunday by 17:01');
  assert.equal(today(0), 'On a usual Sunday by 17:01 nothing has moved yet.');
  assert.equal(today(null), 'What is usual on a Sunday is known after three of them with hours.');
});

test('interfaces are called what they are', () => {
  assert.equal(kindWords('wlp3s0', 'physical'), 'Wi-Fi');
  assert.equal(kindWords('enp0s31f6', 'physical'), 'Ethernet');
  assert.equal(kindWords('wwan0', 'physical'), 'mobile network');
  assert.equal(kindWords('card7', 'physical'), 'network card');
  assert.equal(kindWords('wg0', 'wireguard', 'wlp3s0'), 'WireGuard tunnel, inside wlp3s0');
  assert.equal(kindWords('eth0.7', 'vlan', 'eth0'), 'VLAN, inside eth0');
  assert.equal(kindWords('x', 'geneve'), 'geneve');
});

const graph = {
  edges: [0, 600, 1200, 1800], seen: [600, 0, 300], marks: [{ time: 600, end: 1200, kind: 'gap', text: 'asleep or stalled for 10m' }],
  above: { sum: [750000, null, 300000], peak: [5000, null, 2000] }, below: { sum: [0, null, 1], peak: [0, null, 1] },
};

test('a bucket in words: what was not measured, and what has not come yet', () => {
  const words = (index, mode = 'rate', now = 1e6) => bucketWords(graph, index, mode, now).map(line => text([line].flat()));
  assert.deepEqual(words(0), ['↓ 10.0 kbit/s  750 kB, busiest second 40.0 kbit/s', '↑ 0 bit/s  0 B']);
  assert.deepEqual(words(0, 'amount')[0], '↓ 750 kB  10.0 kbit/s, busiest second 40.0 kbit/s');
  assert.deepEqual(words(1), ['asleep or stalled for 10m']);
  assert.deepEqual(words(1, 'rate', 600), ['not yet']);
  assert.equal(words(2)[2], 'measured 5 min of 10 min');
});

test('all that is shown in words, with sleep told from silence', () => {
  const words = (more, now = 1e6) =>
    sumWords({ totals: { bytes_recv: 1050000, bytes_sent: 1, seen: 900 }, from: 0, to: 1800, ...more }, graph, now).map(part => part.textContent);
  const [sum, busiest, measured] = words();
  assert.deepEqual([sum, busiest, measured], ['↓ 1.05 MB ↑ 1 B', 'busiest second 40.0 kbit/s on Thu 1 Jan, 01:00', 'measured 50 % of the time, asleep 33 %']);
  assert.match(words({ to: 3600 })[2], /^measured 25 % /, 'of the time that the answer is of');
  assert.match(words({ to: 3600 }, 600)[2], /^measured 100 % /, 'up to now');
  assert.deepEqual(words({ moved_edges: [{ wanted: 60, used: 0 }] })[1], 'from Thu 1 Jan, 01:00 to Thu 1 Jan, 01:30');
  assert.match(words({ totals: { bytes_recv: 1, bytes_sent: 1, seen: 1800 } })[2], /^measured 67 % of the time, asleep 33 %$/);
  assert.deepEqual(words({}, 0), ['not yet']);
});

test('the busiest second of a row is told where it can be one', () => {
  const row = (peak, seen = 10) => ({ bytes_recv: 1000, bytes_sent: 10, bytes_recv_peak: peak, bytes_sent_peak: 5, seen });
  assert.equal(busiest(row(125)), '1.00 kbit/s');
  assert.equal(busiest(row(99)), '–');
});

test('somebody is told what to do where they are', () => {
  assert.match(text(advice('127.0.0.1')), /^collector web opens/);
  assert.match(text(advice('localhost')), /^collector web opens/);
  assert.match(text(advice('attic.lan')), /machine, collector token add/);
});

test('a problem is one sentence', () => {
  assert.equal(sentence('the code is not known, or no longer', '', '\x60collector web\x60 makes another.'), 'The code is not known, or no longer; collector web makes another.');
});

test('rows begin with the first measurement, and what is silent between is kept', () => {
  const row = (start, received, seen) => ({ start, end: start + 10, bytes_recv: received, bytes_sent: received, seen });
  const rows = [row(0, null, 0), row(10, 5, 10), row(20, null, 0), row(30, 0, 10), row(40, null, 0)];
  const shown = rowsShown(rows, 35);
  assert.deepEqual(shown.map(each => each.start), [10, 20, 30]);
  assert.deepEqual(rowsShown([row(0, null, 0)], 100), []);
  const facts = factsOf(shown, { bytes_recv: 5, bytes_sent: 5 }, { each: 'a day', row: each => `row ${each.start}` }, 35);
  assert.deepEqual(facts.map(fact => fact.textContent), ['in all10B', 'down5B', 'up5B', 'most: row 1010B']);
});

test('a sink in words', () => {
  const sink = { error: '', dead_letters: 0, every: 5, backlog: { batches: 0 } };
  assert.deepEqual(sinkState(sink, 0), { state: 'good', words: 'up to date' });
  assert.deepEqual(sinkState({ ...sink, dead_letters: 1 }, 0), { state: 'warn', words: '1 row refused; collector replay tries again' });
  const sleeping = { ...sink, every: 900, last_delivery: '1970-01-01T00:00:00Z', backlog: { batches: 9 } };
  assert.deepEqual(sinkState(sleeping, 360), { state: 'good', words: 'sleeps, next sync in 9 min' });
});
