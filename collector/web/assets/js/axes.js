// What stands around a chart's data: lines with values, lines with times, and what happened to the numbers.
import { bucketAt, gridValues } from './geometry.js';
import { isBinary, plain } from './units.js';
import { ticks } from './time.js';

const between = 17; // pixels from one line's label to the next
const markTints = { reset: 'soft', implausible: 'bad', dropped: 'bad', lost: 'bad', recovered: 'warn', clock: 'soft' };

export function drawGrid(chart, width) {
  const { context, values, sheet } = chart;
  const { left } = chart.times;
  context.textAlign = 'right';
  context.strokeStyle = sheet.colour('grid');
  context.fillStyle = sheet.colour('faint');
  context.beginPath();
  const lines = (y, fits) => {
    let last = values.zero;
    for (const value of gridValues(Math.max(values.top, values.bottom), chart.factor(), chart.bent, chart.isBytes?.() && isBinary())) {
      const at = Math.round(y(value)) + 0.5;
      if (Math.abs(at - last) < between || !fits(at) || (chart.isWhole && value % 1 !== 0)) continue;
      last = at;
      context.moveTo(left, at);
      context.lineTo(width, at);
      context.fillText(plain(chart.format(value)), left - 10, at);
    }
  };
  lines(value => values.above(value), at => at > 4);
  if (chart.graph.below && !chart.isStacked()) lines(value => values.below(value), at => at < chart.height - 4);
  context.stroke();
  context.fillText('0', left - 10, values.zero);
}

export function drawTimes(chart, width, height) {
  const { context, sheet, times } = chart;
  context.textAlign = 'center';
  context.strokeStyle = sheet.colour('grid');
  context.beginPath();
  for (const [time, label, isStrong] of ticks(chart.from, chart.to, Math.max(3, times.width / 76))) {
    const x = Math.round(times.x(time)) + 0.5;
    const half = context.measureText(label).width / 2;
    context.fillStyle = sheet.colour(isStrong ? 'ink' : 'faint');
    if (x - half > times.left - 4 && x + half < width) context.fillText(label, x, height - 9);
    if (!isStrong) continue;
    context.moveTo(x, 0);
    context.lineTo(x, chart.height);
  }
  context.stroke();
}

// Whether a mark is told in words: it is as long as a column here, or columns are of a minute at most.
export function isTold(mark, edges) {
  const at = bucketAt(edges, mark.time);
  const column = edges[at + 1] - edges[at];
  return column <= 60 || (mark.end ?? mark.time) - mark.time >= column;
}

// In words where there is room, and where they are worth it.
export function drawMarks(chart, width) {
  const { context, sheet, times } = chart;
  context.textAlign = 'left';
  let free = 0;
  for (const mark of chart.graph.marks) {
    const tint = markTints[mark.kind];
    const at = Math.round(times.x(mark.time));
    if (!tint || at < times.left || at > width) continue;
    const x = Math.max(times.left + 5, Math.min(width - 6, at));
    context.fillStyle = sheet.shade(tint, 0.5);
    context.fillRect(x, 8, 1, chart.height - 8);
    context.fillStyle = sheet.colour(tint);
    context.beginPath();
    for (const [right, down] of [[0, 9], [5, 4.5], [0, 0], [-5, 4.5]]) context.lineTo(x + right, down);
    context.fill();
    const wide = context.measureText(mark.text).width;
    // Right of it, else left of it.
    const left = x + 16 + wide > width ? x - 16 - wide : x + 8;
    if (width < 560 || left < free || !isTold(mark, chart.graph.edges)) continue;
    free = Math.max(x, left + wide) + 16;
    context.fillStyle = sheet.shade('card', 0.86);
    context.fillRect(left, -2, wide + 8, 14);
    context.fillStyle = sheet.colour('soft');
    context.fillText(mark.text, left + 4, 5.5);
  }
}
