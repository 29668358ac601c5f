// The sign-in dialog: a token, or a user with a password. Loaded when somebody is asked who they are.
import { furtherStyle, make } from './dom.js';
import { authorization, forget, keep, signIn, there } from './session.js';

const field = (label, attributes) => {
  const input = make('input', { ...attributes, autocapitalize: 'off', spellcheck: 'false' });
  return { input, element: make('label', {}, make('span', {}, label), input) };
};

const code = words => make('code', {}, words);

// What to do without a user and a token, by where this browser is.
export const advice = host => (/^(localhost|127\..*|\[::1\])$/.test(host)
  ? [code('collector web'), ' opens this page without a question.']
  : ['On the collector\'s machine, ', code('collector token add NAME --role viewer'), ' makes a token.']);

// Resolved when somebody is signed in: the token has been tried.
export async function signInDialog() {
  await furtherStyle();
  return new Promise(done => {
    const user = field('User', { name: 'username', autocomplete: 'username' });
    const password = field('Password', { name: 'password', type: 'password', autocomplete: 'current-password' });
    const secret = field('Token', { name: 'token', type: 'password', autocomplete: 'off', placeholder: 'col_…' });
    const stays = make('input', { type: 'checkbox', name: 'stay' });
    const wrong = make('p', { class: 'wrong', role: 'alert' });
    const enter = make('button', { type: 'submit' }, 'Sign in');
    const form = make('form', { onsubmit: submit },
      make('h2', { id: 'sign-in' }, 'Sign in'),
      make('p', {}, 'Who is asking? ', ...advice(location.hostname)),
      make('fieldset', {}, make('legend', {}, 'As a user'), user.element, password.element),
      make('p', { class: 'or' }, make('span', {}, 'or')),
      make('fieldset', {}, make('legend', {}, 'With a token'), secret.element),
      make('label', { class: 'check' }, stays, make('span', {}, 'Stay signed in on this device')),
      wrong, enter);
    const dialog = make('dialog', { 'aria-labelledby': 'sign-in', oncancel: event => event.preventDefault() }, form);

    async function submit(event) {
      event.preventDefault();
      wrong.textContent = '';
      enter.disabled = true;
      try {
        if (secret.input.value.trim()) await tryToken(secret.input.value.trim(), stays.checked);
        else await signIn({ user: user.input.value, password: password.input.value }, stays.checked);
      } catch (problem) {
        // Who guessed wrong has to wait before the next try.
        wrong.textContent = problem.message;
        setTimeout(() => (enter.disabled = false), (problem.wait ?? 0) * 1000);
        return;
      }
      dialog.close();
      dialog.remove();
      done();
    }
    document.body.append(dialog);
    dialog.showModal();
  });
}

async function tryToken(token, stays) {
  keep(token, stays);
  const answer = await fetch(there('/api/v1/latest'), { headers: authorization() });
  if (answer.status !== 401 && answer.status !== 403) return;
  forget();
  throw new Error(answer.status === 401 ? 'This token is not known here, or no longer.' : 'This token may not read.');
}
