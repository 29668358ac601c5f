// Numbers for people: three digits, the right prefix, nothing that says 1000 of anything.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  amount, amountRange, count, duration, exact, plain, plural, rate, reading, scaled, settings, takes,
} from '../../collector/web/assets/js/units.js';

test('three digits, and the next prefix before a thousand is shown', () => {
  assert.deepEqual(scaled(0), ['0', '']);
  assert.deepEqual(scaled(7), ['7', '']);
  assert.deepEqual(scaled(58), ['58', '']);
  assert.deepEqual(scaled(999), ['999', '']);
  assert.deepEqual(scaled(999.6), ['1.00', 'k']);
  assert.deepEqual(scaled(1234), ['1.23', 'k']);
  assert.deepEqual(scaled(12345), ['12.3', 'k']);
  assert.deepEqual(scaled(99950), ['100', 'k']);
  assert.deepEqual(scaled(999500), ['1.00', 'M']);
  assert.deepEqual(scaled(9.2e18), ['9.20', 'E']);
});

test('amounts are whole bytes, in decimal prefixes', () => {
  assert.equal(amount(0.4), '0 B');
  assert.equal(amount(1), '1 B');
  assert.equal(amount(15_300_000_000), '15.3 GB');
  assert.equal(amount('9007199254740993'), '9.01 PB');
  assert.equal(amount(-1500), '−1.50 kB');
});

test('rates are bits or bytes a second, as chosen', () => {
  assert.equal(rate(125_000), '1.00 Mbit/s');
  settings.rate = 'byte';
  assert.equal(rate(125_000), '125 kB/s');
  settings.rate = 'bit';
});

test('exact numbers have all their digits, also beyond 2^53', () => {
  assert.equal(exact(0), '0');
  assert.equal(exact(4294967295), '4\u202f294\u202f967\u202f295');
  assert.equal(exact('9223372036854775807'), '9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f807');
});

test('an axis has no zeros that say nothing', () => {
  assert.equal(plain('2.00 Mbit/s'), '2 Mbit/s');
  assert.equal(plain('2.50 Mbit/s'), '2.5 Mbit/s');
  assert.equal(plain('200 Mbit/s'), '200 Mbit/s');
  assert.equal(plain('50.0 %'), '50 %');
});

test('readings go by their unit', () => {
  assert.equal(reading(null, 'percent'), '–');
  assert.equal(reading(3.21, 'percent'), '3.2 %');
  assert.equal(reading(0.15, 'percent'), '0.15 %');
  assert.equal(reading(42.4, 'percent'), '42 %');
  assert.equal(reading(41.25, 'celsius'), '41.3 °C');
  assert.equal(reading(1.256, '1'), '1.26');
});

test('lengths of time have two parts at most', () => {
  assert.equal(duration(0), '0 s');
  assert.equal(duration(0.5), '500 ms');
  assert.equal(duration(2.5), '2.5 s');
  assert.equal(duration(5), '5 s');
  assert.equal(duration(150), '3 min');
  assert.equal(duration(7200 + 300), '2 h 5 min');
  assert.equal(duration(10799), '3 h');
  assert.equal(duration(4 * 86400), '4 days');
});

test('the third choice is bytes with binary prefixes, for rates and amounts', () => {
  settings.rate = 'iec';
  assert.equal(amount(1023), '1.00 KiB');
  assert.equal(amount(999), '999 B');
  assert.equal(amount(1 << 30), '1.00 GiB');
  assert.equal(amount(1.5e12), '1.36 TiB');
  assert.equal(rate(1048576), '1.00 MiB/s');
  settings.rate = 'bit';
  assert.equal(amount(1 << 30), '1.07 GB');
});

test('ranges, counts, and one of a thing', () => {
  assert.equal(amountRange(1.05e12, 1.13e12), '1.05–1.13 TB');
  assert.equal(amountRange(889e9, 1.03e12), '889 GB–1.03 TB');
  assert.equal(count(967), '967');
  assert.equal(count(1234567), '1.23 M');
  assert.equal(plural(1, 'day'), '1 day');
  assert.equal(plural(0, 'day'), '0 days');
  assert.equal(duration(86400 * 2), '2 days');
});

test('how long something takes has its own unit', () => {
  assert.deepEqual([224e-6, 0.00106, 0.999e-3, 0.9999e-3, 0.25, 2.5].map(takes), ['224 µs', '1.06 ms', '999 µs', '1.00 ms', '250 ms', '2.50 s']);
});
