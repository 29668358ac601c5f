// Questions to the collector. One that is refused for want of a token brings the sign-in dialog and is asked again.
import { authorization, forget, sentence, strange, there, token } from './session.js';

export class Problem extends Error {
  constructor(status, told) {
    super(told.title ?? `The collector answered ${status}.`);
    Object.assign(this, { status, detail: told.detail ?? '', errors: told.errors ?? [], type: told.type ?? '' });
  }
  // All of it in one sentence.
  words() {
    const mistakes = this.errors.map(each => `${each.parameter}: ${each.what}${each.try ? ` (try ${each.try})` : ''}`);
    return sentence(this.message, this.detail, ...mistakes);
  }
}

let dialog; // while one is open: all questions wait for the same

function askWho() {
  dialog ??= import('./sign_in.js').then(module => module.signInDialog()).finally(() => (dialog = undefined));
  return dialog;
}

// A tag that has this name, for `where`.
export const tagIs = (tag, name) => `${tag}=${name.replace(/[,|]/g, '\\$&')}`;

const pause = seconds => new Promise(done => setTimeout(done, seconds * 1000));

function address(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  // A space is %20 here: + is itself.
  return there(given.length ? `${path}?${new URLSearchParams(given)}`.replaceAll('+', '%20') : path);
}

// The first screen's answer, which start.js asked for; for one use.
function asked(path) {
  if (path !== '/api/v1/overview') return undefined;
  const answer = window.firstAnswer;
  window.firstAnswer = undefined;
  return answer;
}

// What the collector says; what is no JSON is not of the collector.
async function told(answer) {
  try {
    return await answer.json();
  } catch (problem) {
    if (!(problem instanceof SyntaxError)) return unanswered(problem);
    throw new Problem(answer.status, strange(answer));
  }
}

// What went wrong before there was a whole answer.
function unanswered(problem) {
  if (problem.name === 'AbortError') throw problem;
  throw new Problem(0, { title: 'the collector does not answer' });
}

// The answer itself. A server that is busy is asked again when it says so, twice.
async function request(path, query, { signal, headers = {}, method = 'GET', body } = {}) {
  for (let attempt = 0; ; ++attempt) {
    const sent = token();
    const answer = await (asked(path) ?? fetch(address(path, query), {
      signal, method, body: body && JSON.stringify(body),
      headers: { ...authorization(), ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
    })).catch(unanswered);
    if (answer.ok) return answer;
    if (answer.status === 401) {
      if (sent === token()) forget();
      await askWho();
      continue;
    }
    const wait = Number(answer.headers.get('Retry-After'));
    if ((answer.status === 429 || answer.status === 503) && wait > 0 && attempt < 2) {
      await pause(Math.min(wait, 10));
      continue;
    }
    throw new Problem(answer.status, await told(answer));
  }
}

export const ask = async (path, query = {}, options = {}) => told(await request(path, query, options));
export const askText = async (path, query = {}, options = {}) => (await request(path, query, options)).text();

// The latest of several questions of one kind: those before are given up. Gives undefined where it was given up.
export class Latest {
  async ask(path, query) {
    this.controller?.abort();
    const mine = (this.controller = new AbortController());
    try {
      return await ask(path, query, { signal: mine.signal });
    } catch (problem) {
      if (mine.signal.aborted) return undefined;
      throw problem;
    }
  }
  close() {
    this.controller?.abort();
  }
}
