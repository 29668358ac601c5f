// Wall-clock time of one zone over Unix seconds. Days are real days: 23 or 25 hours long when clocks are changed.
let zoneName = Intl.DateTimeFormat().resolvedOptions().timeZone;
let fields;
const offsets = new Map();
const formats = new Map();

export const zone = () => zoneName;

// The zone that days are cut in: the collector's, whatever the browser's is. A name that this browser does not know
// changes nothing.
export function setZone(name) {
  if (!name || name === zoneName) return;
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
  } catch {
    return;
  }
  zoneName = name;
  fields = undefined;
  offsets.clear();
  formats.clear();
}

// Seconds east of UTC. Clocks are changed at whole quarters of an hour only.
export function offset(time) {
  const quarter = Math.floor(time / 900);
  if (!offsets.has(quarter)) offsets.set(quarter, localSeconds(quarter * 900) - quarter * 900);
  return offsets.get(quarter);
}

// What clocks show, as if it were UTC.
function localSeconds(time) {
  fields ??= new Intl.DateTimeFormat('en-GB', {
    timeZone: zoneName, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
    hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  const shown = Object.fromEntries(fields.formatToParts(time * 1000).map(part => [part.type, Number(part.value)]));
  return Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second) / 1000;
}

const local = time => time + offset(time);
export const hourOf = time => Math.floor((local(time) % 86400) / 3600);
export const minuteOf = time => Math.floor((local(time) % 3600) / 60);
export const weekday = time => (Math.floor(local(time) / 86400) + 3) % 7; // 0 is Monday
const monthOf = time => new Date(local(time) * 1000).getUTCMonth();
const yearOf = time => new Date(local(time) * 1000).getUTCFullYear();
export const dayOfMonth = time => new Date(local(time) * 1000).getUTCDate();

// The first moment at which clocks show this day: midnight, the first of two, or what follows one that never was.
export function dayStart(time) {
  const midnight = Math.floor(local(time) / 86400) * 86400;
  const start = midnight - offset(midnight - offset(time));
  const earlier = midnight - offset(start - 1);
  return earlier < start && local(earlier) >= midnight ? earlier : start;
}
export const nextDay = time => dayStart(dayStart(time) + 26 * 3600);

export function monthStart(time) {
  let day = dayStart(time);
  while (dayOfMonth(day) !== 1) day = dayStart(day - 1);
  return day;
}

function format(name, options) {
  return time => {
    if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat('en-GB', { timeZone: zoneName, ...options }));
    return formats.get(name).format(time * 1000);
  };
}
export const clock = format('clock', { hour: '2-digit', minute: '2-digit' });
export const clockSeconds = format('seconds', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
export const date = format('date', { day: 'numeric', month: 'short' });
export const dateYear = format('dateYear', { day: 'numeric', month: 'short', year: 'numeric' });
export const day = format('day', { weekday: 'short', day: 'numeric' });
export const dayDate = format('dayDate', { weekday: 'short', day: 'numeric', month: 'short' });
const zoneLetters = format('zone', { timeZoneName: 'short' });
export const full = format('full', {
  weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit',
});
export const weekdayName = format('weekday', { weekday: 'long' });
export const monthName = format('month', { month: 'short' });
export const monthYear = format('monthYear', { month: 'long', year: 'numeric' });
export const year = format('year', { year: 'numeric' });
export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

// "Sun 29 Nov, 16:00–17:00", "29 Nov 2026": a bucket in words, by how long it is.
export function span(from, to) {
  if (to - from >= 27 * 86400) return `${dateYear(from)} – ${dateYear(to - 1)}`;
  if (to - from > 93600) return `${dayDate(from)} – ${dayDate(to - 1)}`;
  if (to - from >= 82800 && dayStart(from) === from) return dayDate(from);
  if (to - from < 60) return `${dayDate(from)}, ${clockSeconds(from)}${letters(from)}`;
  return `${full(from)}${dayStart(from) === dayStart(to - 1) ? `–${clock(to)}` : ` – ${full(to)}`}${letters(from)}`;
}

// "02:00–03:00"
export const hourSpan = (from, to) => `${clock(from)}–${clock(to)}${letters(from)}`;

// " CEST" on a day on which clocks are changed, since an hour may come twice; else nothing.
function letters(time) {
  return offset(dayStart(time)) === offset(nextDay(time)) ? '' : ` ${zoneLetters(time).split(' ').at(-1)}`;
}

// Labels of a time axis with room for so many: [time, text, whether it begins something larger].
export function ticks(from, to, room) {
  const minutes = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720].find(step => (to - from) / (step * 60) <= room);
  if (minutes) return timeTicks(from, to, minutes);
  const days = [1, 2, 7, 14].find(step => (to - from) / (step * 86400) <= room);
  return days ? dayTicks(from, to, days) : monthTicks(from, to, room);
}

// By what clocks show, also on days on which they are changed.
function timeTicks(from, to, minutes) {
  const found = [];
  const stride = Math.min(minutes, 30) * 60;
  for (let start = dayStart(from); start < to; start = nextDay(start)) {
    const end = Math.min(nextDay(start), to + 1);
    for (let time = start; time < end; time += stride)
      if (time >= from && (hourOf(time) * 60 + minuteOf(time)) % minutes === 0)
        found.push([time, time === start ? day(time) : clock(time), time === start]);
  }
  // Where no day begins the second one says which it is: there is room for it on both sides.
  const told = found[Math.min(1, found.length - 1)];
  if (told && !found.some(each => each[2])) told[1] = `${dayDate(told[0])}, ${told[1]}`;
  return found;
}

function dayTicks(from, to, days) {
  const found = [];
  for (let start = dayStart(from), index = 0; start < to; start = nextDay(start), ++index) {
    const week = Math.round(start / 604800);
    const wanted = days < 7 ? index % days === 0 : weekday(start) === 0 && week % (days / 7) === 0;
    if (start >= from && wanted) found.push([start, date(start), days >= 7 || weekday(start) === 0]);
  }
  return found;
}

function monthTicks(from, to, room) {
  const found = [];
  const months = [1, 2, 3, 6, 12].find(step => (to - from) / (step * 30.4 * 86400) <= room) ?? 12;
  for (let start = monthStart(from); start < to; start = monthStart(start + 32 * 86400)) {
    if (start < from || monthOf(start) % months !== 0) continue;
    const isYear = monthOf(start) === 0;
    found.push([start, isYear ? String(yearOf(start)) : monthName(start), isYear]);
  }
  return found;
}
