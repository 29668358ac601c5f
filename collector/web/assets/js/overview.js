// The first screen: now, today, this period; traffic; when, through what, and that every byte is accounted. One answer
// of the API has all of it. Its first row is drawn before anything else is loaded.
import { ask } from './api.js';
import { nowCard } from './card_now.js';
import { periodCard } from './card_period.js';
import { todayCard } from './card_today.js';
import { make } from './dom.js';
import { modelOf } from './overview_model.js';
import { setZone } from './time.js';

const againAfter = 60000;
const soonAgain = 10000; // while nothing is known of the present
const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));

export function open(main, frame) {
  const now = nowCard();
  const [today, period] = [todayCard(), periodCard()];
  const reason = make('p');
  const why = make('section', { class: 'card empty', role: 'status', hidden: true }, make('h2', {}, 'Only the present, for now'), reason);
  const message = make('p', { class: 'problem', role: 'status', hidden: true });
  main.append(make('h1', { class: 'unseen' }, 'Overview'), message, now.element, today.element, period.element, why);
  let model = null;
  let rest = null;
  let isOpen = true;
  let timer = 0;

  // Without a history there is the present alone, and why.
  function update() {
    const hasHistory = Boolean(model.today);
    today.element.hidden = period.element.hidden = !hasHistory;
    why.hidden = hasHistory;
    now.element.classList.toggle('alone', !hasHistory);
    if (!hasHistory) reason.textContent = model.explain ? `There is ${model.explain}.` : 'The first numbers come within a minute.';
    [now, ...(hasHistory ? [today, period] : [])].forEach(card => card.update(model));
    rest?.update(model);
  }

  // Nothing is claimed of what there was no answer to; why stands above.
  function unknown() {
    now.silent('not known');
    for (const { element } of [today, period]) element.querySelector('.note').textContent = 'Not known.';
  }

  async function loadRest() {
    const { below } = await import('./overview_below.js');
    if (!isOpen || rest) return;
    rest = below(main, frame, now);
    if (model) rest.update(model);
  }

  async function refresh() {
    clearTimeout(timer);
    try {
      const answer = await ask('/api/v1/overview');
      if (!isOpen) return;
      setZone(answer.zone);
      model = modelOf(answer);
      message.hidden = true;
      update();
    } catch (problem) {
      if (!isOpen) return;
      message.textContent = problem.words?.() ?? problem.message;
      message.hidden = false;
      if (!model) unknown();
    }
    timer = setTimeout(() => (document.hidden ? undefined : refresh()), model?.counted ? againAfter : soonAgain);
    if (!rest) painted().then(loadRest);
  }

  const redraw = () => model && update();
  const seen = () => document.hidden || refresh();
  document.addEventListener('unitchange', redraw);
  document.addEventListener('visibilitychange', seen);
  refresh();

  return {
    follow: () => (model ? rest?.follow() : refresh()),
    close() {
      isOpen = false;
      clearTimeout(timer);
      document.removeEventListener('unitchange', redraw);
      document.removeEventListener('visibilitychange', seen);
      rest?.close();
    },
  };
}
