// Traffic in words: one bucket of it, and all that is shown.
import { make } from './dom.js';
import { asleepIn, busiestKnown, busiestOf, reasonAt } from './graph.js';
import { amount, duration, percent, rate } from './units.js';
import { full } from './time.js';

const dim = text => make('span', { class: 'dim' }, text);
const bold = text => make('b', {}, text);

// The lines of the tip for a bucket.
export function bucketWords(graph, index, mode, now) {
  const [from, to] = [graph.edges[index], graph.edges[index + 1]];
  if (!graph.seen[index] && graph.above.sum[index] === null) return [from >= now ? 'not yet' : dim(reasonAt(graph, index))];
  const line = (arrow, name, { sum, peak }) => {
    const [speed, moved] = [rate(sum[index] / (graph.seen[index] || to - from)), amount(sum[index])];
    const words = mode === 'rate' ? [speed, moved] : [moved, speed];
    const known = busiestKnown(peak?.[index], sum[index], graph.seen[index]);
    const busiest = known ? `, busiest second ${rate(known)}` : '';
    return [make('span', { class: name }, `${arrow} `), bold(words[0]), dim(`  ${words[1]}${busiest}`)];
  };
  const lines = [line('↓', 'down', graph.above), line('↑', 'up', graph.below)];
  if (graph.seen[index] < (Math.min(to, now) - from) * 0.98) lines.push(dim(`measured ${duration(graph.seen[index])} of ${duration(to - from)}`));
  const marks = graph.marks.filter(mark => mark.time < to && mark.end > from);
  lines.push(...marks.slice(0, 3).map(mark => `◆ ${mark.text}`));
  if (marks.length > 3) lines.push(dim(`and ${marks.length - 3} more`));
  return lines;
}

// "↓ 139 GB ↑ 16.4 GB · busiest second … · measured 78 % of the time": of what the answer is of, up to now. That is
// another time than was asked for where amounts are kept by the hour or day only, and then it is said.
export function sumWords({ totals, from, to: end, moved_edges: moved }, graph, now) {
  const to = Math.min(end, now);
  if (from >= to) return [make('span', {}, 'not yet')];
  const busiest = busiestOf(graph, from, to);
  const length = Math.max(1, to - from);
  const asleep = asleepIn(graph, from, to) / length;
  // What moved while it slept is counted; it is hatched all the same.
  const measured = percent(Math.max(0, Math.min(1 - asleep, Number(totals.seen ?? 0) / length)));
  return [
    make('span', {}, bold(`↓ ${amount(totals.bytes_recv)}`), ' ', bold(`↑ ${amount(totals.bytes_sent)}`)),
    ...(moved?.length ? [make('span', {}, `from ${full(from)} to ${full(to)}`)] : []),
    ...(busiest ? [make('span', {}, 'busiest second ', bold(rate(busiest[0])), ` on ${full(busiest[2])}`)] : [make('span', {}, 'busiest second –')]),
    make('span', {}, `measured ${measured} of the time${asleep >= 0.005 ? `, asleep ${percent(asleep)}` : ''}`),
  ];
}
