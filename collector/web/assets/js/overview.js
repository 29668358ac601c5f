// The first screen: now, today, this period; traffic; when, through what, and that every byte is accounted. One answer
// of the API has all of it.
import { ask } from './api.js';
import { ledgerCard } from './card_ledger.js';
import { nowCard } from './card_now.js';
import { periodCard } from './card_period.js';
import { throughCard } from './card_through.js';
import { todayCard } from './card_today.js';
import { weekCard } from './card_week.js';
import { make } from './dom.js';
import { Explorer } from './explorer.js';
import { modelOf } from './overview_model.js';
import { setZone } from './time.js';

const againAfter = 60000;

export function open(main, frame) {
  const explorer = new Explorer({ title: 'Traffic', selection: { scope: 'uplinks' } });
  const now = nowCard(frame);
  const cards = [todayCard(), periodCard(), weekCard(), throughCard(), ledgerCard()];
  const [today, period, week, through, ledger] = cards;
  const why = make('p', { class: 'card empty', role: 'status', hidden: true });
  const message = make('p', { class: 'problem', role: 'status', hidden: true });
  main.append(make('h1', { class: 'unseen' }, 'Overview'), message, now.element, today.element, period.element,
    why, explorer.element, week.element, through.element, ledger.element);
  let model = null;
  let isOpen = true;
  let timer = 0;

  // Without a history there is the present alone, and why.
  function update() {
    if (!model) return;
    const hasHistory = Boolean(model.today);
    cards.forEach(card => (card.element.hidden = !hasHistory));
    explorer.element.hidden = !hasHistory;
    now.element.classList.toggle('alone', !hasHistory);
    why.hidden = hasHistory;
    why.textContent = model.explain ?? 'Nothing has been measured yet: the first numbers come within a minute.';
    [now, ...(hasHistory ? cards : [])].forEach(card => card.update(model));
  }

  async function refresh(isFirst) {
    clearTimeout(timer);
    try {
      const answer = await ask('/api/v1/overview');
      if (!isOpen) return;
      setZone(answer.zone);
      model = modelOf(answer);
      message.hidden = true;
      update();
      if (isFirst) performance.mark('first picture');
      if (model.strip) explorer.setStrip(model.strip, model.now);
    } catch (problem) {
      if (!isOpen) return;
      message.textContent = problem.words?.() ?? problem.message;
      message.hidden = false;
    }
    if (isOpen) timer = setTimeout(() => (document.hidden ? undefined : refresh(false)), againAfter);
  }

  let width = innerWidth;
  const resized = () => {
    if (width === innerWidth) return;
    width = innerWidth;
    update();
  };
  const seen = () => document.hidden || refresh(false);
  addEventListener('resize', resized);
  document.addEventListener('visibilitychange', seen);
  explorer.follow();
  refresh(true);

  return {
    follow: () => explorer.follow(),
    close() {
      isOpen = false;
      clearTimeout(timer);
      removeEventListener('resize', resized);
      document.removeEventListener('visibilitychange', seen);
      now.close();
      explorer.close();
    },
  };
}
