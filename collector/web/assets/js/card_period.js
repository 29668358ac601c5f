// This period: how much of the plan is used, whether it will last, and how sure that is.
import { card, make, picture, still, value } from './dom.js';
import { amount, amountParts, amountRange, plural } from './units.js';
import { date, monthYear } from './time.js';

export function periodCard() {
  const total = make('span', {}, '–');
  const quota = make('small');
  const note = make('p', { class: 'note' });
  const plot = make('div', { class: 'plot' });
  const show = still(plot, draw);
  const { element, aside } = card('period', 'This period', make('p', { class: 'big' }, total, quota), note, plot);
  function update(model) {
    const { period, now } = model;
    total.replaceChildren(...value(amountParts(period.used)));
    quota.textContent = period.quota ? `of ${amount(period.quota)}` : `in ${monthYear(period.from)}`;
    aside.textContent = [leftText(period), period.cost && `${period.cost} ${period.currency}`].filter(Boolean).join(' · ');
    note.replaceChildren(...outlook(period));
    show(period, now);
  }
  return { element, update };
}

// "14 days left · 30.6 GB a day"
export function leftText({ daysLeft, leftPerDay }) {
  const left = daysLeft > 0 ? `${plural(daysLeft, 'day')} left` : 'the last day';
  return leftPerDay > 0 ? `${left} · ${amount(leftPerDay)} a day` : left;
}

// "9 % over: 1.09 TB by 13 Dec (1.05–1.13 TB)": never red before the quota is really gone.
export function outlook(period) {
  if (period.quota && period.used > period.quota)
    return [make('b', { class: 'bad-text' }, `${amount(period.used - period.quota)} over the plan`)];
  if (!period.forecast)
    return period.tooLittle
      ? [`A forecast needs ${plural(period.tooLittle.needed, 'day')} with hours; there ${period.tooLittle.days === 1 ? 'is' : 'are'} ${period.tooLittle.days}.`]
      : [];
  const { expected, low, high } = period.forecast;
  const range = ` (${amountRange(low, high)})`;
  const words = `${amount(expected)} by ${date(period.to - 1)}`;
  if (!period.quota) return [make('b', {}, words), ' expected', range];
  const over = Math.round((expected / period.quota - 1) * 100);
  return over > 0
    ? [make('b', { class: 'warn' }, `${over} % over`), `: ${words}`, range]
    : [make('b', { class: high <= period.quota ? 'good' : '' }, 'on track'), `: ${words}`, range];
}

function draw({ width, height }, period, now) {
  const floor = height - 16;
  const { from, to, quota, forecast } = period;
  const top = Math.max((quota ?? 0) * 1.12, forecast?.high ?? 0, period.used * 1.05, 1);
  const x = time => ((time - from) / (to - from)) * width;
  const y = bytes => floor - (bytes / top) * (floor - 4);
  const path = points => `M${points.map(([time, bytes]) => `${x(time).toFixed(1)} ${y(bytes).toFixed(1)}`).join('L')}`;
  const here = [Math.min(now, to), period.used];
  const parts = [];
  if (forecast)
    parts.push(
      make('path', { class: 'fill-fan', d: `${path([here, [to, forecast.high], [to, forecast.low]])}Z` }),
      make('path', { class: 'line-expected', d: path([here, [to, forecast.expected]]) }));
  if (quota)
    parts.push(
      make('path', { class: 'line-pace', d: path([[from, 0], [to, quota]]) }),
      make('line', { class: 'line-quota', x1: 0, x2: width, y1: y(quota), y2: y(quota) }),
      // Below the line at its beginning; where that is at the bottom, above it at its end.
      y(quota) + 15 < floor
        ? make('text', { class: 'quota', x: 2, y: y(quota) + 13 }, `${amount(quota)} plan`)
        : make('text', { class: 'quota', x: width - 2, y: y(quota) - 5, 'text-anchor': 'end' }, `${amount(quota)} plan`));
  parts.push(
    make('path', { class: 'line-used', d: path([[from, 0], ...period.course, here]) }),
    make('circle', { class: 'fill-now', cx: x(here[0]), cy: y(here[1]), r: 3.5 }),
    make('line', { class: 'line', x1: 0, x2: width, y1: floor + 0.5, y2: floor + 0.5 }),
    ...dates(period, width, height, x(here[0])));
  const expected = forecast ? `, ${amount(forecast.expected)} expected by the end` : '';
  return picture(width, height, `${amount(period.used)} used${quota ? ` of ${amount(quota)}` : ''}${expected}`, ...parts);
}

// The end's dates, and where today is if there is room for it.
function dates(period, width, height, here) {
  const words = [
    make('text', { x: 1, y: height - 2 }, date(period.from)),
    make('text', { x: width - 1, y: height - 2, 'text-anchor': 'end' }, date(period.to - 1)),
  ];
  if (here > 66 && here < width - 66) words.push(make('text', { x: here, y: height - 2, 'text-anchor': 'middle' }, 'today'));
  return words;
}
