// One interface: how much, how fast, what was dropped or broken, and the 95th percentile that lines are billed by.
import { ask, tagIs } from './api.js';
import { card, make, value } from './dom.js';
import { Explorer } from './explorer.js';
import { busiestKnown, graphOf } from './graph.js';
import { addressOf, place } from './place.js';
import { Panels } from './panels.js';
import { kindWords } from './kinds.js';
import { percentileOf, percentileWords } from './interface_facts.js';
import { amountParts, rateParts } from './units.js';

const day = 86400;

export function open(main) {
  const name = place().query.name ?? '';
  let isOpen = true;
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
    const asked = { ...selection, from: now - 30 * day, to: now };
    const [month, slots] = await Promise.all([ask('/api/v1/usage', { ...asked, bucket: 'none' }), ask('/api/v1/percentile', asked)]);
    const [total] = month.rows;
    const busiest = field => told(rateParts, busiestKnown(total?.[`${field}_peak`], total?.[field], total?.seen));
    const percentile = of => told(rateParts, percentileOf(slots, of));
    const rows = [
      ['received', told(amountParts, total?.bytes_recv)], ['sent', told(amountParts, total?.bytes_sent)],
      ['busiest second, down', busiest('bytes_recv')], ['busiest second, up', busiest('bytes_sent')],
      ['95th percentile, down', percentile('received')], ['95th percentile, up', percentile('sent')],
    ];
    basis.textContent = percentileWords(slots);
    facts.replaceChildren(...rows.map(([title, parts]) => make('div', {}, make('dt', {}, title), make('dd', {}, ...value(parts)))));
  }

  const others = ask('/api/v1/top', { of: 'interface', from: 'all', limit: 100 }).catch(() => ({ rows: [] }))
    .then(({ rows }) => rows.filter(row => row.interface));
  async function introduce() {
    const row = (await others).find(each => each.interface === name);
    about.textContent = row ? kindWords(name, row.kind, row.inside) : '';
  }

  // Without cards that stay empty; those that there are instead.
  async function tellUnknown() {
    const names = (await others).map(row => row.interface);
    if (!isOpen) return;
    [element, explorer.element, panelsPlace].forEach(each => (each.hidden = true));
    const words = name ? `The history has no interface ${name}. ` : 'The address names no interface. ';
    main.append(make('p', { class: 'problem', role: 'alert' }, words, ...(names.length ? ['There is ',
      ...names.flatMap((each, at) => [at ? ', ' : '', make('a', { href: addressOf('interface', { name: each }) }, each)]), '.'] : [])));
  }

  const failed = problem => isOpen && main.append(make('p', { class: 'problem', role: 'alert' }, problem.words?.() ?? problem.message));
  const onunit = () => tellFacts(Math.floor(Date.now() / 1000)).catch(failed);
  document.addEventListener('unitchange', onunit);
  begin().catch(problem => (problem.status === 422 || !name ? tellUnknown() : failed(problem)));
  introduce();
  return {
    follow: () => Promise.all([explorer.follow(), panels.follow()]),
    close() {
      isOpen = false;
      document.removeEventListener('unitchange', onunit);
      explorer.close();
      panels.close();
    },
  };
}

// What was not measured is no zero.
const told = (parts, number) => (number === null || number === undefined ? ['–', ''] : parts(number));
