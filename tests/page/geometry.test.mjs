// Where things lie in a chart: values in, coordinates out.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  TimeScale, ValueScale, bucketAt, columnsOf, futureOf, gapsOf, gridValues, outlines,
} from '../../collector/web/assets/js/geometry.js';
import { drawGrid, isTold } from '../../collector/web/assets/js/axes.js';

const graph = (sums, { seen = sums.map(sum => (sum === null ? 0 : 10)), peaks = sums, below = sums } = {}) => ({
  edges: [...sums.keys(), sums.length].map(index => index * 10), seen,
  above: { sum: sums, peak: peaks }, below: { sum: below, peak: below }, marks: [],
});

test('times are spread from edge to edge', () => {
  const scale = new TimeScale(100, 200, 70, 500);
  assert.equal(scale.x(100), 70);
  assert.equal(scale.x(150), 320);
  assert.equal(scale.time(scale.x(133)), 133);
});

test('the bucket of a time, also outside', () => {
  const edges = [0, 10, 20, 50];
  assert.deepEqual([-5, 0, 9.9, 10, 49, 50, 99].map(at => bucketAt(edges, at)), [0, 0, 0, 1, 2, 2, 2]);
});

test('a bucket is drawn as wide as it is, and cut at the edge of the picture', () => {
  const columns = columnsOf(graph([100, 200, 300]), new TimeScale(5, 30, 0, 250), 'rate');
  assert.deepEqual(columns.map(each => [each.left, each.right, each.above]), [[0, 50, 10], [50, 150, 20], [150, 250, 30]]);
});

test('rates are over the time observed, amounts are sums', () => {
  const half = graph([100, 100], { seen: [10, 5] });
  const scale = new TimeScale(0, 20, 0, 200);
  assert.deepEqual(columnsOf(half, scale, 'rate').map(each => each.above), [10, 20]);
  assert.deepEqual(columnsOf(half, scale, 'amount').map(each => each.above), [100, 100]);
});

test('buckets that share a pixel: mean over time, highest peak, sum of amounts', () => {
  const many = graph([10, 30, 20, 40], { peaks: [5, 9, 3, 4] });
  const scale = new TimeScale(0, 40, 0, 2);
  const rates = columnsOf(many, scale, 'rate');
  assert.deepEqual(rates.map(each => [each.above, each.abovePeak]), [[2, 9], [3, 4]]);
  assert.deepEqual(columnsOf(many, scale, 'amount').map(each => each.above), [40, 60]);
});

test('what was not measured is no zero', () => {
  const broken = graph([100, null, null, 0]);
  const scale = new TimeScale(0, 40, 0, 400);
  const columns = columnsOf(broken, scale, 'rate');
  assert.deepEqual(columns.map(each => each && each.above), [10, null, null, 0]);
  assert.deepEqual(gapsOf(broken, scale, 40), [[100, 300]]);
  assert.deepEqual(gapsOf(broken, scale, 20), [[100, 200]], 'what has not come yet is no gap');
  assert.equal(outlines(columns, 'above', value => value).length, 2);
});

test('runs of points follow the edges of columns, without a curve', () => {
  const columns = columnsOf(graph([100, 50]), new TimeScale(0, 20, 0, 20), 'rate');
  assert.deepEqual(outlines(columns, 'above', value => -value), [[[0, -10], [10, -10], [10, -5], [20, -5]]]);
});

test('heights: linear, bent and stacked', () => {
  const columns = columnsOf(graph([1000, 250], { below: [0, 0] }), new TimeScale(0, 20, 0, 20), 'rate');
  const linear = new ValueScale(columns, { height: 200 });
  assert.equal(linear.above(0), linear.zero);
  assert.equal(linear.below(0), linear.zero);
  const part = value => (linear.zero - linear.above(value)) / (linear.zero - linear.above(100));
  assert.ok(Math.abs(part(25) - 0.25) < 1e-9);
  const bent = new ValueScale(columns, { height: 200, bent: true });
  assert.ok(Math.abs((bent.zero - bent.above(25)) / (bent.zero - bent.above(100)) - 0.5) < 1e-9);
  assert.ok(linear.above(100) >= 6 && linear.below(100) <= 200 * 2);
  const stacked = new ValueScale(columnsOf(graph([10, 20]), new TimeScale(0, 20, 0, 20), 'amount'), { height: 100, stacked: true });
  assert.equal(stacked.top, 40);
  assert.equal(stacked.zero, 100);
});

test('both directions have the same scale', () => {
  const columns = columnsOf(graph([1000], { below: [400] }), new TimeScale(0, 10, 0, 10), 'rate');
  const values = new ValueScale(columns, { height: 300 });
  assert.ok(Math.abs(values.zero - values.above(50) - (values.below(50) - values.zero)) < 1e-9);
});

test('a direction in which little moves has room, too', () => {
  const columns = columnsOf(graph([1], { below: [1000] }), new TimeScale(0, 10, 0, 10), 'rate');
  assert.ok(new ValueScale(columns, { height: 100 }).zero >= 14);
});

test('grid lines are round in the unit that is shown', () => {
  assert.deepEqual(gridValues(100, 1, false), [20, 40, 60, 80, 100]);
  assert.deepEqual(gridValues(12.5, 8, false), [2.5, 5, 7.5, 10, 12.5]);
  assert.deepEqual(gridValues(1000, 1, true).slice(-4), [100, 200, 500, 1000]);
  for (const top of [1e-3, 3, 17, 1e9, 2.4e11]) assert.ok(gridValues(top, 8, false).length > 0);
});

test('a gauge has means, weighted by the time observed', () => {
  const gauge = {
    edges: [0, 10, 20], seen: [10, 30], marks: [], below: null, above: { mean: [1, 5], peak: [2, 9] },
  };
  const [column] = columnsOf(gauge, new TimeScale(0, 20, 0, 1), 'rate');
  assert.deepEqual([column.above, column.abovePeak], [4, 9]);
});

test('with binary prefixes grid lines are powers of two', () => {
  const mebi = 1 << 20;
  assert.deepEqual(gridValues(9.5 * mebi, 1, false, true).map(value => value / mebi), [2, 4, 6, 8]);
  assert.ok(gridValues(9.5 * mebi, 1, true, true).every(value => Number.isInteger(Math.log2(value))));
});

test('sleep is a gap also where something was counted at its end', () => {
  const asleep = { edges: [0, 10, 20, 30], seen: [10, 10, 10], above: { sum: [1, 1, 1] }, below: null,
    marks: [{ time: 10, end: 20, kind: 'gap' }, { time: 25, end: 26, kind: 'reset' }] };
  assert.deepEqual(gapsOf(asleep, new TimeScale(0, 30, 0, 300), 30), [[100, 200]]);
});

test('what was not measured while other things were is no zero', () => {
  const packets = { edges: [0, 10, 20], seen: [10, 10], above: { sum: [null, 5] }, below: { sum: [null, 0] }, marks: [] };
  assert.deepEqual(gapsOf(packets, new TimeScale(0, 20, 0, 200), 20), [[0, 100]]);
  assert.equal(columnsOf(packets, new TimeScale(0, 20, 0, 200), 'rate')[0], null);
});

test('what has not come yet', () => {
  const scale = new TimeScale(100, 200, 10, 100);
  assert.deepEqual(futureOf(scale, 150), [60, 110]);
  assert.deepEqual(futureOf(scale, 20), [10, 110]);
  assert.deepEqual(futureOf(scale, 300), [110, 110]);
});

test('a mark is told in words where it is as long as a column', () => {
  const hours = [0, 3600, 7200];
  assert.equal(isTold({ time: 60, end: 63 }, hours), false);
  assert.equal(isTold({ time: 60, end: 3660 }, hours), true);
  assert.equal(isTold({ time: 5, end: 8 }, [0, 10, 20]), true);
});

test('an axis has lines where one direction is far larger than the other', () => {
  const labels = [];
  const nothing = () => {};
  const columns = columnsOf(graph([5700], { below: [238000] }), new TimeScale(0, 10, 0, 10), 'rate');
  drawGrid({
    context: { beginPath: nothing, moveTo: nothing, lineTo: nothing, stroke: nothing, fillText: label => labels.push(label) },
    values: new ValueScale(columns, { height: 120 }), times: { left: 0 }, sheet: { colour: nothing }, graph: { below: {} }, height: 120,
    factor: () => 1, format: String, isStacked: () => false,
  }, 300);
  assert.deepEqual(labels, ['100000', '200000', '0']);
});
