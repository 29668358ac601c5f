// Who the page acts for: a bearer token that the page keeps itself and adds to each request, so that no other site can
// make the browser do it. In this tab, or on this device where somebody wants to stay signed in.
import { device, tab } from './kept.js';

const key = 'collector.token';

// Where a path of the API is: beside the page, wherever a proxy has put that.
export const there = path => new URL(`.${path}`, document.baseURI);

// What somebody else has answered, where no problem of the collector's came.
export const strange = ({ status, url }) => (status >= 500
  ? { title: 'the collector does not answer', detail: `what stands between says ${status}` }
  : { title: 'what answers is not the collector', detail: `a proxy between has to hand on ${new URL(url).pathname} as well` });

// Parts as one sentence.
export function sentence(...parts) {
  const words = parts.filter(Boolean).map(part => part.replace(/\.$/, '').replaceAll('\x60', '')).join('; ');
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
}

export const token = () => tab.get(key) ?? device.get(key);

export function keep(value, stays) {
  forget();
  (stays ? device : tab).set(key, value);
}

export function forget() {
  tab.remove(key);
  device.remove(key);
}

export const authorization = () => (token() ? { Authorization: `Bearer ${token()}` } : {});

const post = (path, body, signal) =>
  fetch(there(path), {
    method: 'POST', signal,
    headers: { 'Content-Type': 'application/json', ...authorization() },
    body: JSON.stringify(body),
  });

// For a password, or a one-time code: the session's token is kept. Throws what the collector says against it.
export async function signIn(credentials, stays) {
  forget();
  const answer = await post('/api/v1/session', credentials);
  const told = await answer.json().catch(() => strange(answer));
  if (!told.token) {
    const problem = new Error(sentence(told.title, told.detail));
    throw Object.assign(problem, { wait: Number(answer.headers.get('Retry-After')) || 0 });
  }
  keep(told.token, stays);
}

export async function signOut() {
  if (token())
    await fetch(there('/api/v1/session'), { method: 'DELETE', headers: authorization() }).catch(() => {});
  forget();
}

// What the stream is opened with: a browser can't give a WebSocket a header.
export async function ticket(signal) {
  if (!token()) return undefined;
  const answer = await post('/api/v1/session/ticket', {}, signal);
  return answer.ok ? (await answer.json()).ticket : undefined;
}

// `collector web` opens the page with #code=…: used once, and gone from the address before anything else happens.
export async function redeemCode() {
  const code = /^#code=([\w-]+)/.exec(location.hash)?.[1];
  if (!code) return undefined;
  history.replaceState(null, '', location.pathname);
  try {
    await signIn({ code }, false);
  } catch (problem) {
    return problem.message;
  }
  return undefined;
}
