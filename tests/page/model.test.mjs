// What the page works out itself: percentiles, shades, sentences, the last two minutes, addresses.
import assert from 'node:assert/strict';
import test from 'node:test';
import { percentileOf, percentileWords } from '../../collector/web/assets/js/interface_facts.js';
import { busiestKnown, busiestOf, edgesOf, graphOf, reasonAt } from '../../collector/web/assets/js/graph.js';
import { shadesOf } from '../../collector/web/assets/js/card_week.js';
import { fittedTo } from '../../collector/web/assets/js/panels.js';
import { Ring } from '../../collector/web/assets/js/ring.js';

test('the 95th percentile is the collector\'s, and none where there are no slots', () => {
  const rows = [{ of: 'received', value: 30000 }, { of: 'sent', value: '600' }];
  assert.equal(percentileOf({ rows }, 'received'), 100);
  assert.equal(percentileOf({ rows }, 'sent'), 2);
  assert.equal(percentileOf({ rows: [{ of: 'sent', value: null }] }, 'sent'), null);
  assert.match(percentileWords({ slots: 8640, known: 0 }), /needs 5-minute rows; there are none/);
  assert.match(percentileWords({ slots: 8640, known: 1 }), /is of 1 slot of five minutes; 8\u202f639 are not known\.$/);
  assert.match(percentileWords({ slots: 2000, known: 2000 }), /is of 2\u202f000 slots of five minutes\.$/);
});

test('a busiest second is no slower than the mean', () => {
  assert.equal(busiestKnown(100, 1000, 10), 100);
  assert.equal(busiestKnown(99, 1000, 10), null, 'of amounts that were imported');
  assert.equal(busiestKnown('5', '7', 2), 5);
  assert.equal(busiestKnown(null, 0, 0), null);
  const hours = peak => graphOf({
    from: 0, to: 7200, start: 0, step: 3600, count: 2,
    series: [{ fields: { bytes_recv: { sum: [3.6e9, 3.6e6], peak: [null, peak] } }, seen: [3600, 3600] }],
  }, 'bytes_recv');
  assert.equal(busiestOf(hours(2000), 0, 7200), null, 'an hour was faster on average');
  assert.deepEqual(busiestOf(hours(2000), 3600, 7200), [2000, 'above', 3600]);
  assert.deepEqual(busiestOf(hours(2e6), 0, 7200), [2e6, 'above', 3600]);
});

test('five shades with as many hours each, and none for nothing', () => {
  assert.deepEqual(shadesOf([0, null, 10, 20, 30, 40, 50]), [0, 0, 1, 2, 3, 4, 5]);
  assert.deepEqual(shadesOf([1, 1e12]), [1, 3]);
});

test('answers of the API become graphs, with the words of their marks', () => {
  const answer = {
    from: 5, to: 35, start: 0, step: 10, count: 4,
    series: [{ tags: {}, fields: { bytes_recv: { unit: 'bytes', sum: ['9007199254740993', null, 3, 4], peak: [1, null, 2, 3], peak_at: [8, null, 23, 34] } }, seen: [5, 0, 10, 5] }],
    marks: [{ t: 9, end: 21, flag: 'gap', text: 'asleep 12 s' }],
  };
  assert.deepEqual(edgesOf(answer), [0, 10, 20, 30, 40]);
  assert.deepEqual(edgesOf({ t: [0, 86400], to: 90000 }), [0, 86400, 90000]);
  const graph = graphOf(answer, 'bytes_recv', 'bytes_sent');
  assert.equal(graph.above.sum[0], 9007199254740992);
  assert.equal(graph.above.sum[1], null);
  assert.deepEqual(graph.below.sum, [null, null, null, null]);
  const few = { ...graph, above: { ...graph.above, sum: [5, null, 3, 4] } };
  assert.deepEqual(busiestOf(few, 5, 35), [3, 'above', 34], 'by its own time, not by its bucket');
  assert.deepEqual(busiestOf(few, 5, 30), [2, 'above', 23]);
  assert.equal(reasonAt(graph, 1), 'asleep 12 s');
  assert.equal(reasonAt(graph, 3), 'not measured');
});

test('the last two minutes: ticks as long as they were, gaps between, nothing twice', () => {
  const ring = new Ring(120);
  assert.equal(ring.graph(), null);
  ring.add(100, 1, [1000, 10]);
  ring.add(101, 1, [2000, 20]);
  ring.add(101, 1, [9, 9]);
  ring.add(105, 2, [4000, 40]);
  assert.deepEqual(ring.newest(), [2000, 20]);
  assert.equal(ring.busiest(), 2000);
  const graph = ring.graph();
  assert.deepEqual(graph.edges, [99, 100, 101, 103, 105]);
  assert.deepEqual(graph.above.sum, [1000, 2000, null, 4000]);
  assert.deepEqual(graph.seen, [1, 1, 0, 2]);
  for (let at = 106; at < 400; ++at) ring.add(at, 1, [1, 1]);
  assert.ok(ring.ticks.length < 130);
});

test('what moved while it slept has no busiest second', () => {
  const answer = {
    from: 0, to: 40, start: 0, step: 10, count: 4,
    series: [{ tags: {}, fields: { bytes_recv: { unit: 'bytes', sum: [1, 2, 3, 4], peak: [9, 9, 9, 9] } }, seen: [10, 10, 10, 10] }],
    marks: [{ t: 10, end: 35, flag: 'gap', text: 'asleep' }],
  };
  assert.deepEqual(graphOf(answer, 'bytes_recv').above.peak, [9, null, null, 9]);
});

test('on the first day the time that is shown is fitted to what there is', () => {
  assert.equal(fittedTo(0, 86400, 80000), 80000);
  assert.equal(fittedTo(0, 86400, 86300), 85800, 'ten minutes at least');
  assert.equal(fittedTo(0, 86400, 40000), 0);
  assert.equal(fittedTo(0, 86400, undefined), 0);
});
