// The first screen below its first row, and what moves in that one: loaded when the first picture is there.
import { ledgerCard } from './card_ledger.js';
import { throughCard } from './card_through.js';
import { weekCard } from './card_week.js';
import { Explorer } from './explorer.js';
import { nowLive } from './now_live.js';

export function below(main, frame, now) {
  const live = nowLive(now, frame);
  const explorer = new Explorer({ title: 'Traffic', selection: { scope: 'uplinks' } });
  const cards = [weekCard(), throughCard(), ledgerCard()];
  const elements = [explorer, ...cards].map(each => each.element);
  const show = isThere => elements.forEach(element => (element.hidden = !isThere));
  show(false);
  main.append(...elements);

  let hasHistory = false;

  // Nothing is asked of a history that there is not.
  function update(model) {
    const isNew = !hasHistory && Boolean(model.today);
    hasHistory = Boolean(model.today);
    show(hasHistory);
    live.update(model);
    if (!hasHistory) return;
    cards.forEach(card => card.update(model));
    if (model.strip) explorer.setStrip(model.strip, model.now);
    if (isNew) explorer.follow();
  }
  return {
    update,
    follow: () => hasHistory && explorer.follow(),
    close() {
      live.close();
      explorer.close();
    },
  };
}
