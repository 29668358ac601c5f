// A sink's state in words: whether it has everything, sleeps until its next sync, or what is wrong.
import { duration, plural } from './units.js';

export function sinkState(sink, now) {
  const warning = sink.notes?.find(note => note.warning);
  if (sink.error) return { state: 'bad', words: sink.error };
  if (sink.dead_letters > 0) return { state: 'warn', words: `${plural(sink.dead_letters, 'row')} refused; collector replay tries again` };
  if (warning) return { state: 'warn', words: warning.text };
  if (sink.every > 60 && sink.last_delivery) {
    const next = Date.parse(sink.last_delivery) / 1000 + sink.every - now;
    if (sink.backlog.batches > 0 && next > 0) return { state: 'good', words: `sleeps, next sync in ${duration(next)}` };
  }
  if (sink.backlog.batches > 3) return { state: 'warn', words: `${sink.backlog.batches} batches wait` };
  return { state: 'good', words: 'up to date' };
}
