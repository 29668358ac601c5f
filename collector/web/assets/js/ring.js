// Ring: the last ticks of the present, each as long as it was.
export class Ring {
  ticks = [];
  constructor(seconds) {
    this.seconds = seconds;
  }
  add(time, length, [received, sent]) {
    if (this.ticks.length && time <= this.ticks.at(-1).time) return;
    this.ticks.push({ time, length, received, sent });
    this.end = time;
    while (this.ticks[0].time < time - this.seconds - 5) this.ticks.shift();
  }
  newest() {
    const { length, received, sent } = this.ticks.at(-1);
    return [received / length, sent / length];
  }
  busiest() {
    return Math.max(...this.ticks.map(tick => Math.max(tick.received, tick.sent) / tick.length));
  }
  // Ticks end where they were taken; what lies between two of them and in none is a gap.
  graph() {
    if (this.ticks.length === 0) return null;
    const edges = [];
    const [received, sent, seen] = [[], [], []];
    const add = (start, tick) => {
      edges.push(start);
      received.push(tick ? tick.received : null);
      sent.push(tick ? tick.sent : null);
      seen.push(tick ? tick.length : 0);
    };
    for (const tick of this.ticks) {
      const start = tick.time - tick.length;
      const last = edges.length ? this.ticks[this.ticks.indexOf(tick) - 1].time : start;
      if (start - last > 0.5) add(last, null);
      add(Math.max(start, last), tick);
    }
    edges.push(this.end);
    return { edges, seen, above: { sum: received }, below: { sum: sent }, marks: [] };
  }
}
