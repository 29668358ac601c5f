// Every byte accounted: what the kernel's counters advanced by, and where it went. And whether sinks have it.
import { card, make } from './dom.js';
import { exact } from './units.js';

const shown = 2; // sentences; what happened, and when, is on the page Status

export function ledgerCard() {
  const list = make('dl', { class: 'amounts' });
  const notes = make('p', { class: 'note small' });
  const states = make('ul', { class: 'states', 'aria-label': 'Sinks' });
  const { element, aside, heading } = card('ledger', 'Every byte accounted', list, notes, states);
  function update({ ledger, sinks }) {
    heading.textContent = ledger.uncounted ? 'Where the bytes went' : 'Every byte accounted';
    aside.textContent = 'bytes, this period';
    const rows = [
      ['kernel counters moved by', ledger.moved], ['stored', ledger.stored],
      ['set aside as impossible', ledger.setAside], ['refused or dropped', ledger.refused],
    ];
    // What another program has counted: no part of the above.
    if (Number(ledger.imported) > 0) rows.push(['imported besides', ledger.imported]);
    // What nobody has counted has no number.
    const missing = ledger.uncounted ? ['warn-text', 'not known'] : ['good-text', '0'];
    list.replaceChildren(
      ...rows.flatMap(([name, bytes]) => [make('dt', {}, name), make('dd', {}, exact(bytes))]),
      make('dt', { class: 'total' }, 'missing'), make('dd', { class: `total ${missing[0]}` }, missing[1]));
    const further = ledger.sentences.length - shown;
    notes.replaceChildren(...ledger.sentences.slice(0, shown).map(sentence => make('span', {}, sentence)),
      ...(further > 0 ? [make('a', { href: '#/status' }, `and ${further} more`)] : []));
    notes.hidden = ledger.sentences.length === 0;
    states.replaceChildren(...sinks.map(sink =>
      make('li', {}, make('span', { class: `dot ${sink.state}`, 'aria-hidden': 'true' }), make('span', {}, sink.name), make('span', {}, sink.words))));
    states.hidden = sinks.length === 0;
  }
  return { element, update };
}
