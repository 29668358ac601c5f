// From answers of the API to graphs (geometry.js).
import { bucketAt, bucketValue } from './geometry.js';

const zeros = count => Array(count).fill(0);
const numbers = values => values.map(value => (value === null ? null : Number(value)));

// Where buckets begin, and where the last one ends: of equal steps, or as the calendar has them.
export function edgesOf(answer) {
  if (answer.t) return [...answer.t, answer.to];
  return Array.from({ length: answer.count + 1 }, (_, index) => answer.start + index * answer.step);
}

// Two counters of one group, one above the line and one below; or one field alone.
export function graphOf(answer, above, below, index = 0) {
  const edges = edgesOf(answer);
  const group = answer.series[index];
  const count = edges.length - 1;
  const side = field => {
    const told = group?.fields[field];
    if (!told) return { sum: zeros(count).map(() => null), peak: null, unit: '' };
    const { unit } = told;
    return told.mean
      ? { mean: numbers(told.mean), peak: told.max && numbers(told.max), least: told.min && numbers(told.min), unit }
      : { sum: numbers(told.sum), peak: told.peak && numbers(told.peak), peakAt: told.peak_at, unit };
  };
  const marks = (answer.marks ?? []).map(markOf);
  const sides = [side(above), below ? side(below) : null];
  // While it slept, or was stopped, no second was looked at: what moved then has no busiest one.
  for (const mark of marks.filter(isSleep))
    for (let at = bucketAt(edges, mark.time); at < count && edges[at] < mark.end; ++at)
      if (edges[at] >= mark.time && edges[at + 1] <= mark.end) sides.forEach(each => each?.peak?.fill(null, at, at + 1));
  return {
    edges, seen: group?.seen ?? zeros(count), above: sides[0], below: sides[1], marks, from: answer.from, to: answer.to,
  };
}

export const isSleep = mark => mark.kind === 'gap';

// How many seconds of a time lie in sleeps.
export const asleepIn = (graph, from, to) => graph.marks.filter(isSleep)
  .reduce((sum, mark) => sum + Math.max(0, Math.min(to, mark.end) - Math.max(from, mark.time)), 0);

const markOf = mark => ({ time: mark.t, end: mark.end, kind: mark.flag, text: mark.text });

// Why nothing was measured in a bucket, as far as that is known.
export function reasonAt(graph, index) {
  const [from, to] = [graph.edges[index], graph.edges[index + 1]];
  const mark = graph.marks.find(each => ['gap', 'recovered', 'lost'].includes(each.kind) && each.time < to && each.end > from);
  return mark ? mark.text : 'not measured';
}

export const sumOf = values => values.reduce((sum, value) => sum + (value ?? 0), 0);

// The busiest second is known only where it is no slower than the mean, which is slower than it: of amounts that were
// imported by the hour no second was looked at. Null: not known.
export const busiestKnown = (peak, bytes, seconds) =>
  (peak === null || peak === undefined || Number(peak) * (seconds || 0) < Number(bytes ?? 0) ? null : Number(peak));

// The busiest second of both directions: [bytes a second, 'above' or 'below', when it was]; null: none is known. None is
// where some bucket moved faster on average.
export function busiestOf(graph, from, to) {
  let best = null;
  let fastest = 0;
  for (const side of ['above', 'below'])
    graph[side]?.sum?.forEach((sum, index) => {
      if (graph.edges[index + 1] <= from || graph.edges[index] >= to) return;
      const peak = graph[side].peak?.[index] ?? null;
      fastest = Math.max(fastest, bucketValue(graph, side, index, 'rate') ?? 0);
      if (peak !== null && !(peak <= best?.[0])) best = [peak, side, graph[side].peakAt?.[index] ?? graph.edges[index]];
    });
  return best && best[0] * 1.001 >= fastest ? best : null;
}
