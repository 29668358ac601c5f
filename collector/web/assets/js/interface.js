// One interface: how much, how fast, what was dropped or broken, and the 95th percentile that lines are billed by.
import { ask, tagIs } from './api.js';
import { card, make, value } from './dom.js';
import { Explorer } from './explorer.js';
import { graphOf } from './graph.js';
import { place } from './place.js';
import { Panels } from './panels.js';
import { percentile95 } from './percentile.js';
import { kindWords } from './kinds.js';
import { amountParts, plural, rateParts } from './units.js';

const day = 86400;

export function open(main, frame) {
  const name = place().query.name ?? '';
  const selection = { where: tagIs('interface', name) };
  // One time for all of the page: the panels follow the chart, and the chart follows them.
  const explorer = new Explorer({ title: 'Traffic', selection: { ...selection, name }, changed: () => panels.follow() });
  const facts = make('dl', { class: 'facts' });
  const basis = make('p', { class: 'note small' });
  const { element } = card('interface-facts', 'The last 30 days', facts, basis);
  const panelsPlace = make('div', { class: 'panels' });
  const source = (title, field, isCount) =>
    ({ measurement: 'net', field, where: selection.where, by: 'interface', title: () => title, names: ['received', 'sent'], isCount });
  const panels = new Panels(panelsPlace, [
    source('Packets', ['packets_recv', 'packets_sent'], false),
    source('Dropped packets', ['drop_in', 'drop_out'], true),
    source('Broken packets', ['err_in', 'err_out'], true),
  ], { usual: '7d', changed: () => explorer.follow() });
  const about = make('small');
  main.append(make('h1', {}, make('span', { title: name }, name), about), element, explorer.element, panelsPlace);

  async function begin() {
    const now = Math.floor(Date.now() / 1000);
    const whole = await ask('/api/v1/series', { ...selection, measurement: 'net', field: 'bytes_recv,bytes_sent', from: 'all', width: 1300, marks: 'false' });
    explorer.setStrip(graphOf(whole, 'bytes_recv', 'bytes_sent'), now);
    panels.follow();
    await explorer.follow();
    await tellFacts(now);
  }

  async function tellFacts(now) {
    const [month, ...slots] = await Promise.all([
      ask('/api/v1/usage', { ...selection, bucket: 'none', from: now - 30 * day, to: now }), ...slotQuestions(selection, now).map(each => ask(...each))]);
    const [total] = month.rows;
    const all = field => slots.flatMap(answer => answer.series[0]?.fields[field].sum ?? []);
    const [received, sent] = [all('bytes_recv'), all('bytes_sent')];
    const [down, up] = [percentile95(received), percentile95(sent)];
    const rows = [
      ['received', told(amountParts, total?.bytes_recv)], ['sent', told(amountParts, total?.bytes_sent)],
      ['busiest second, down', told(rateParts, total?.bytes_recv_peak)], ['busiest second, up', told(rateParts, total?.bytes_sent_peak)],
      ['95th percentile, down', told(rateParts, down && down / 300)], ['95th percentile, up', told(rateParts, up && up / 300)],
    ];
    const known = received.filter(bytes => bytes !== null).length;
    basis.textContent = `The 95th percentile, by which lines are billed, is of ${plural(known, 'slot')} of five minutes.`;
    facts.replaceChildren(...rows.map(([title, parts]) => make('div', {}, make('dt', {}, title), make('dd', {}, ...value(parts)))));
  }

  async function introduce() {
    const answer = await ask('/api/v1/top', { of: 'interface', from: 'all', limit: 100 }).catch(() => ({ rows: [] }));
    const row = answer.rows.find(each => each.interface === name);
    about.textContent = row ? kindWords(name, row.kind, row.inside) : '';
  }

  const failed = problem => main.append(make('p', { class: 'problem', role: 'alert' }, problem.words?.() ?? problem.message));
  const onunit = () => tellFacts(Math.floor(Date.now() / 1000)).catch(failed);
  document.addEventListener('unitchange', onunit);
  document.title = [name, frame.about.host, 'collector'].filter(Boolean).join(' · ');
  begin().catch(failed);
  introduce();
  return {
    follow: () => Promise.all([explorer.follow(), panels.follow()]),
    close() {
      document.removeEventListener('unitchange', onunit);
      explorer.close();
      panels.close();
    },
  };
}

// What was not measured is no zero.
const told = (parts, number) => (number === null || number === undefined ? ['–', ''] : parts(number));

// 30 days in parts that one answer may have.
function slotQuestions(selection, now) {
  const end = now - (now % 300);
  return [3, 2, 1].map(part => ['/api/v1/series', {
    ...selection, measurement: 'net', field: 'bytes_recv,bytes_sent', bucket: '5m', marks: 'false',
    from: end - part * 10 * day, to: end - (part - 1) * 10 * day,
  }]);
}
