// Who the page acts for: a bearer token that the page keeps itself and adds to each request, so that no other site can
// make the browser do it. In sessionStorage (this tab), or in localStorage where somebody wants to stay signed in.
const key = 'collector.token';

export const token = () => sessionStorage.getItem(key) ?? localStorage.getItem(key);

export function keep(value, stays) {
  forget();
  (stays ? localStorage : sessionStorage).setItem(key, value);
}

export function forget() {
  sessionStorage.removeItem(key);
  localStorage.removeItem(key);
}

export const authorization = () => (token() ? { Authorization: `Bearer ${token()}` } : {});

const post = (path, body) =>
  fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...authorization() },
    body: JSON.stringify(body),
  });

// For a password, or a one-time code: the session's token is kept. Throws what the collector says against it.
export async function signIn(credentials, stays) {
  forget();
  const answer = await post('/api/v1/session', credentials);
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const problem = new Error(told.detail || told.title || `The collector answered ${answer.status}.`);
    throw Object.assign(problem, { wait: Number(answer.headers.get('Retry-After')) || 0 });
  }
  keep(told.token, stays);
}

export async function signOut() {
  if (token())
    await fetch('/api/v1/session', { method: 'DELETE', headers: authorization() }).catch(() => {});
  forget();
}

// What the stream is opened with: a browser can't give a WebSocket a header.
export async function ticket() {
  if (!token()) return undefined;
  const answer = await post('/api/v1/session/ticket', {});
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
