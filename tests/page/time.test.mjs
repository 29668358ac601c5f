// Time of a zone: days that have 23, 24, 25 and 23.5 hours, and axes that show what clocks show.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as time from '../../collector/web/assets/js/time.js';

const utc = (...parts) => Date.UTC(parts[0], parts[1] - 1, ...parts.slice(2)) / 1000;
const hours = (zone, ...day) => {
  time.setZone(zone);
  const start = time.dayStart(utc(...day, 12));
  return (time.nextDay(start) - start) / 3600;
};

test('days are as long as they are', () => {
  assert.equal(hours('Europe/Berlin', 2026, 3, 28), 24);
  assert.equal(hours('Europe/Berlin', 2026, 3, 29), 23);
  assert.equal(hours('Europe/Berlin', 2026, 10, 25), 25);
  assert.equal(hours('America/New_York', 2026, 11, 1), 25);
  assert.equal(hours('Australia/Lord_Howe', 2026, 4, 5), 24.5);
  assert.equal(hours('Australia/Lord_Howe', 2026, 10, 4), 23.5);
  assert.equal(hours('Asia/Kathmandu', 2026, 6, 1), 24);
});

test('a day whose midnight never was begins at what follows it', () => {
  time.setZone('Africa/Cairo');  // 24 April 2026: 00:00 is 01:00
  const start = time.dayStart(utc(2026, 4, 24, 12));
  assert.equal(start, utc(2026, 4, 23, 22));
  assert.equal(time.clock(start), '01:00');
});

test('of two midnights the first begins the day', () => {
  time.setZone('America/Havana');  // 1 November 2026: 01:00 is 00:00 again
  const start = time.dayStart(utc(2026, 11, 1, 17));
  assert.equal(start, utc(2026, 11, 1, 4));
  assert.equal(time.nextDay(start) - start, 25 * 3600);
  assert.equal(time.dayStart(utc(2026, 11, 1, 5)), start);
});

test('every moment of a year lies in its day', () => {
  for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe', 'America/Havana', 'Pacific/Chatham', 'Africa/Cairo']) {
    time.setZone(zone);
    for (let at = utc(2026, 1, 1); at < utc(2027, 1, 1); at += 5400) {
      const start = time.dayStart(at);
      assert.ok(start <= at && at < time.nextDay(at), `${zone} ${new Date(at * 1000).toISOString()}`);
      assert.equal(time.dayStart(start), start);
    }
  }
});

test('weekdays, months and hours are those of the zone', () => {
  time.setZone('Pacific/Kiritimati');
  const at = utc(2026, 11, 30, 12);
  assert.equal(time.weekday(at), 1);
  assert.equal(time.dayOfMonth(at), 1);
  assert.equal(time.hourOf(at), 2);
  assert.equal(time.monthStart(utc(2026, 12, 25)), utc(2026, 11, 30, 10));
});

test('a zone that nobody knows changes nothing', () => {
  time.setZone('Europe/Berlin');
  time.setZone('Middle/Earth');
  time.setZone('');
  assert.equal(time.zone(), 'Europe/Berlin');
});

test('an axis shows whole hours also on days when clocks are changed', () => {
  time.setZone('Europe/Berlin');
  const from = time.dayStart(utc(2026, 3, 29, 12));
  const labels = time.ticks(from, time.nextDay(from), 8).map(tick => tick[1]);
  assert.deepEqual(labels, ['Sun 29', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00']);
});

test('axes of days, weeks, months and years', () => {
  time.setZone('Europe/Berlin');
  const now = utc(2026, 11, 30, 12);
  assert.ok(time.ticks(now - 7 * 86400, now, 10).every(([at]) => time.dayStart(at) === at));
  const quarter = time.ticks(now - 90 * 86400, now, 16);
  assert.ok(quarter.length > 5 && quarter.every(([at]) => time.weekday(at) === 0));
  const year = time.ticks(now - 365 * 86400, now, 16);
  assert.deepEqual(year.filter(tick => tick[2]).map(tick => tick[1]), ['2026']);
  for (const [at] of year) assert.equal(time.dayOfMonth(at), 1);
});

test('buckets in words', () => {
  time.setZone('Europe/Berlin');
  const start = utc(2026, 11, 29, 15);
  assert.equal(time.span(start, start + 3600), 'Sun 29 Nov, 16:00–17:00');
  const day = time.dayStart(start);
  assert.equal(time.span(day, time.nextDay(day)), 'Sun, 29 Nov'.replace(',', ''));
});

test('of an hour that comes twice each says which it is', () => {
  time.setZone('Europe/Berlin');
  const twice = Date.UTC(2026, 9, 25, 0) / 1000;
  assert.equal(time.hourSpan(twice, twice + 3600), '02:00–02:00 CEST');
  assert.equal(time.hourSpan(twice + 3600, twice + 7200), '02:00–03:00 CET');
  const skipped = Date.UTC(2026, 2, 29, 0) / 1000;
  assert.equal(time.hourSpan(skipped, skipped + 3600), '01:00–03:00 CET');
  assert.equal(time.hourSpan(twice + 86400, twice + 90000), '01:00–02:00');
});

test('and so does each part of it under the pointer', () => {
  time.setZone('Europe/Berlin');
  const hour = utc(2026, 10, 25, 0);
  assert.deepEqual([0, 1, 2].map(index => time.span(hour + index * 3600, hour + index * 3600 + 600)),
    ['Sun 25 Oct, 02:00–02:10 CEST', 'Sun 25 Oct, 02:00–02:10 CET', 'Sun 25 Oct, 03:00–03:10 CET']);
  assert.equal(time.span(hour, hour + 10), 'Sun 25 Oct, 02:00:00 CEST');
});

test('a time within a day says on which, and one over midnight says both', () => {
  time.setZone('Europe/Berlin');
  const at = utc(2026, 11, 29, 2);
  assert.equal(time.span(at, at + 3600), 'Sun 29 Nov, 03:00–04:00');
  assert.equal(time.span(at - 12 * 3600, at), 'Sat 28 Nov, 15:00 – Sun 29 Nov, 03:00');
  assert.deepEqual(time.ticks(at, at + 3600, 5).map(tick => tick[1]), ['03:00', 'Sun 29 Nov, 03:15', '03:30', '03:45', '04:00']);
});
