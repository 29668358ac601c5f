// The present: what moved through each interface, as it is measured. Over the stream (WebSocket, collector.v1) where
// the collector has one, else by asking every interval. Nothing is asked for while the page is not seen. A connection
// that is lost is made again after 1 to 30 s, and what was missed meanwhile is asked for.
import { ask } from './api.js';
import { ticket } from './session.js';

const longestPause = 30000;
const keptSeconds = 120;
const fields = ['bytes_recv', 'bytes_sent'];

// Tells: ontick({time, seconds, moved: Map of interface → [received, sent]}), bytes of that time; onstate('live' …).
export class Live {
  constructor({ ontick, onstate }) {
    Object.assign(this, { ontick, onstate, pause: 1000, newest: 0, failures: 0 });
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
    this.connect();
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
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/stream`, words);
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

  // Without a stream: differences of the running totals, over the time between the two readings.
  async poll(before) {
    if (!this.isAwake) return;
    try {
      const latest = readingsOf(await ask('/api/v1/latest', { measurement: 'net' }));
      if (!this.isAwake) return;
      if (before && latest.time > before.time) this.tell(latest.time, latest.time - before.time, difference(before, latest));
      if (before) this.isLive();
      this.timer = setTimeout(() => this.poll(latest), 1000);
    } catch {
      this.again(() => this.poll());
    }
  }
}

function readingsOf(answer) {
  const totals = new Map();
  for (const each of answer.series ?? []) {
    if (each.measurement && each.measurement !== 'net') continue;
    totals.set(each.tags.interface, fields.map(field => Number(each.fields[field]?.value ?? each.fields[field] ?? 0)));
  }
  return { time: answer.time, totals };
}

function difference(before, latest) {
  const moved = new Map();
  for (const [name, totals] of latest.totals) {
    const old = before.totals.get(name);
    if (old) moved.set(name, totals.map((total, side) => Math.max(0, total - old[side])));
  }
  return moved;
}
