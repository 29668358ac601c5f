// The present: what moved through each interface, as it is measured. Over the stream (WebSocket, collector.v1) where
// the collector has one, else by asking every interval. Nothing is asked for while the page is not seen. A connection
// that is lost, or says nothing for longer than three readings take, is made again after 1 to 30 s, and what was missed
// meanwhile is asked for. Where the stream does not come through it is tried again every minute, and when answers
// come again.
import { ask } from './api.js';
import { there, ticket } from './session.js';
import { clockSeconds } from './time.js';

const longestPause = 30000;
const keptSeconds = 120;
const leastPatience = 5;
const streamAgainAfter = 60000;
const fields = ['bytes_recv', 'bytes_sent'];

// Tells: ontick({time, seconds, moved: Map of interface → [received, sent]}), bytes of that time; onstate('live' …, words).
// `interval`: seconds between two readings.
export class Live {
  constructor({ ontick, onstate, hasStream, interval = 1 }) {
    Object.assign(this, { ontick, onstate, hasStream, interval, pause: 1000, newest: 0, failures: 0, doubt: 1, lengths: [] });
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
    this.drop();
  }

  drop() {
    clearTimeout(this.watch);
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
  }

  // How long nothing may be heard, in seconds. Readings may be slower than is said: a sampler of its own pace, a battery.
  patience() {
    const between = this.lengths.length > 1 ? Math.min(...this.lengths) : 0;
    return 3 * Math.max(leastPatience / 3, this.interval, between) * this.doubt;
  }

  // From now on something has to be heard.
  listen() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => {
      this.drop();
      this.again(() => this.connect());
    }, this.patience() * 1000);
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
    this.onstate('reconnecting', this.newest ? `no answer since ${clockSeconds(this.newest)}` : 'no answer yet');
    this.timer = setTimeout(connect, this.pause);
    this.pause = Math.min(longestPause, this.pause * 2);
  }

  async connect() {
    const signal = AbortSignal.timeout(this.patience() * 1000);
    const pass = await ticket(signal).catch(() => undefined);
    if (!this.isAwake) return;
    const words = ['collector.v1', ...(pass ? [`ticket.${pass}`] : [])];
    const socket = new WebSocket(there('/api/v1/stream').href.replace(/^http/, 'ws'), words);
    let opened = false;
    this.socket = socket;
    this.listen();
    socket.onopen = () => {
      opened = true;
      const missed = Math.min(keptSeconds, Math.ceil(Date.now() / 1000 - this.newest) + 1);
      socket.send(JSON.stringify({
        type: 'subscribe', id: 1, measurement: 'net', fields, by: 'interface', every: 1, back: missed,
      }));
    };
    socket.onmessage = event => this.socket === socket && this.heard(JSON.parse(event.data));
    socket.onclose = () => {
      if (this.socket !== socket) return;
      clearTimeout(this.watch);
      this.failures = opened ? 0 : this.failures + 1;
      // Twice refused: there is no stream here, or something between does not let it through.
      if (this.failures >= 2) {
        this.streamAt = Date.now() + streamAgainAfter;
        this.poll();
      } else this.again(() => this.connect());
    };
  }

  heard(message) {
    if (message.type === 'hello') this.greeted(message);
    else if (message.type === 'back') this.takeBack(message);
    else if (message.type === 'tick') this.take(message.t, message.ms / 1000, message.v);
    if (message.type === 'back' || message.type === 'tick') this.isLive();
    if (message.type === 'problem') clearTimeout(this.watch);
    else if (this.socket) this.listen();
  }

  // Whoever greets and then says nothing is slow, as it seems: it is waited for longer.
  greeted({ columns, interval_ms: interval }) {
    this.columns = columns;
    this.interval = interval / 1000;
    this.doubt = Math.min(this.doubt * 2, 64);
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
    this.doubt = 1;
    this.lengths = [...this.lengths.slice(-1), seconds];
    this.newest = Math.max(this.newest, time);
    this.ontick({ time, seconds, moved });
  }

  // Without a stream: the latest rates, asked for every second.
  async poll() {
    if (!this.isAwake) return;
    try {
      const signal = AbortSignal.timeout(this.patience() * 1000);
      const answer = await ask('/api/v1/latest', { measurement: 'net' }, { signal });
      if (!this.isAwake) return;
      const seconds = Math.min(answer.time - this.newest, keptSeconds);
      if (seconds > 0) this.tell(answer.time, this.newest ? seconds : 1, movedIn(answer, this.newest ? seconds : 1));
      this.isLive();
      this.timer = setTimeout(() => (this.hasStream && Date.now() >= this.streamAt ? this.connect() : this.poll()), 1000);
    } catch {
      this.again(() => (this.hasStream ? this.connect() : this.poll()));
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
