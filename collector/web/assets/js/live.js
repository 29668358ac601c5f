// The present: what moved through each interface, as it is measured. Over the stream (WebSocket, collector.v1) where
// the collector has one, else by asking every interval. Nothing is asked for while the page is not seen. A connection
// that is lost is made again after 1 to 30 s, and what was missed meanwhile is asked for.
import { ask } from './api.js';
import { there, ticket } from './session.js';

const longestPause = 30000;
const keptSeconds = 120;
const fields = ['bytes_recv', 'bytes_sent'];

// Tells: ontick({time, seconds, moved: Map of interface → [received, sent]}), bytes of that time; onstate('live' …).
export class Live {
  constructor({ ontick, onstate, hasStream }) {
    Object.assign(this, { ontick, onstate, hasStream, pause: 1000, newest: 0, failures: 0 });
    this.onseen = () => (document.hidden ? this.rest() : this.wake());
    document.addEventListener('visibilitychange', this.onseen);
    this.wake();
  }

  close() {
    document.removeEventListener('visibilitychange', this.onseen);
    this.rest();
  }

  rest() {
    this.isAwake = false;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = undefined;
  }

  wake() {
    if (this.isAwake) return;
    this.isAwake = true;
    this.onstate('connecting');
    if (this.hasStream) this.connect();
    else this.poll();
  }

  again(connect) {
    if (!this.isAwake) return;
    this.onstate('reconnecting');
    this.timer = setTimeout(connect, this.pause);
    this.pause = Math.min(longestPause, this.pause * 2);
  }

  async connect() {
    const pass = await ticket().catch(() => undefined);
    if (!this.isAwake) return;
    const words = ['collector.v1', ...(pass ? [`ticket.${pass}`] : [])];
    const socket = new WebSocket(there('/api/v1/stream').href.replace(/^http/, 'ws'), words);
    let opened = false;
    this.socket = socket;
    socket.onopen = () => {
      opened = true;
      const missed = Math.min(keptSeconds, Math.ceil(Date.now() / 1000 - this.newest) + 1);
      socket.send(JSON.stringify({
        type: 'subscribe', id: 1, measurement: 'net', fields, by: 'interface', every: 1, back: missed,
      }));
    };
    socket.onmessage = event => this.heard(JSON.parse(event.data));
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.failures = opened ? 0 : this.failures + 1;
      // Twice refused: there is no stream here, or something between does not let it through.
      if (this.failures >= 2) this.poll();
      else this.again(() => this.connect());
    };
  }

  heard(message) {
    if (message.type === 'hello') this.columns = message.columns;
    else if (message.type === 'back') this.takeBack(message);
    else if (message.type === 'tick') this.take(message.t, message.ms / 1000, message.v);
    if (message.type === 'back' || message.type === 'tick') this.isLive();
  }

  isLive() {
    this.pause = 1000;
    this.onstate('live');
  }

  takeBack(message) {
    message.t.forEach((time, index) => {
      if (time > this.newest)
        this.take(time, (message.ms?.[index] ?? 1000) / 1000, message.v.map(column => column[index]));
    });
  }

  take(time, seconds, values) {
    const moved = new Map();
    this.columns.forEach(([, name, field], index) => {
      const side = fields.indexOf(field);
      if (side < 0 || values[index] === null) return;
      if (!moved.has(name)) moved.set(name, [0, 0]);
      moved.get(name)[side] += values[index];
    });
    this.tell(time, seconds, moved);
  }

  tell(time, seconds, moved) {
    this.newest = Math.max(this.newest, time);
    this.ontick({ time, seconds, moved });
  }

  // Without a stream: the latest rates, asked for every second.
  async poll() {
    if (!this.isAwake) return;
    try {
      const answer = await ask('/api/v1/latest', { measurement: 'net' });
      if (!this.isAwake) return;
      const seconds = Math.min(answer.time - this.newest, keptSeconds);
      if (seconds > 0) this.tell(answer.time, this.newest ? seconds : 1, movedIn(answer, this.newest ? seconds : 1));
      this.isLive();
      this.timer = setTimeout(() => this.poll(), 1000);
    } catch {
      this.again(() => this.poll());
    }
  }
}

function movedIn(answer, seconds) {
  const moved = new Map();
  for (const each of answer.series)
    if (each.measurement === 'net')
      moved.set(each.tags.interface, fields.map(field => (each.fields[field]?.rate ?? 0) * seconds));
  return moved;
}

// The last ticks of the present, each as long as it was.
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
