// The machine itself: processors, memory, disks, pressure, temperatures; mean and highest at every zoom.
import { ask } from './api.js';
import { card, empty, make } from './dom.js';
import { Panels } from './panels.js';
import { shareBar } from './card_through.js';
import { amount, percent } from './units.js';

const sources = [
  { measurement: 'cpu', field: ['usage_active'], where: 'cpu=cpu-total', title: () => 'Processors in use', most: 100 },
  { measurement: 'mem', field: ['used_percent'], title: () => 'Memory in use', most: 100 },
  { measurement: 'swap', field: ['used_percent'], title: () => 'Swap in use', most: 100 },
  { measurement: 'system', field: ['load1'], title: () => 'Load, one minute' },
  {
    measurement: 'pressure', field: ['avg60'], where: 'type=some', by: 'resource',
    title: tags => `Waiting for ${{ cpu: 'processors', memory: 'memory', io: 'disks' }[tags.resource] ?? tags.resource}`,
  },
  {
    measurement: 'diskio', field: ['read_bytes', 'write_bytes'], where: 'kind=disk', by: 'name',
    title: tags => `Disk ${tags.name}`, names: ['read', 'written'], inBytes: true,
  },
  { measurement: 'temp', field: ['temp'], by: 'sensor,device', title: tags => `Temperature, ${sensor(tags)}` },
];

// "coretemp_package_id_0_input" of no device, "nvme_composite_input" of nvme0.
const sensor = ({ sensor: name = '', device }) =>
  [name.replace(/_input$/, '').replaceAll('_', ' '), device].filter(Boolean).join(', ');

export function open(main, frame) {
  const panelsPlace = make('div', { class: 'panels' });
  const panels = new Panels(panelsPlace, sources, { fits: true });
  const disks = filesystems(panels);
  const nothing = empty();
  nothing.hidden = true;
  const why = () => (panels.problem ? [panels.problem.words?.() ?? panels.problem.message]
    : ['Nothing of the machine has been measured in this time. The samplers cpu, mem, disk, pressure and ' +
      'temp are on by default; ', make('code', {}, 'collector status'), ' tells which run.']);
  main.append(
    make('h1', {}, 'Machine'),
    make('div', { class: 'head toolbar' },
      make('p', { class: 'legend key' }, 'filled: on average; pale: highest; hatched: not measured'), panels.ranges.element),
    panelsPlace, nothing);
  panelsPlace.append(disks.element);
  const follow = async () => {
    nothing.hidden = (await panels.follow()) > 0;
    nothing.replaceChildren(...why());
  };
  follow();
  disks.load();
  document.addEventListener('unitchange', disks.load);
  const timer = setInterval(() => document.hidden || follow(), 60000);
  return {
    follow,
    close() {
      clearInterval(timer);
      document.removeEventListener('unitchange', disks.load);
      panels.close();
    },
  };
}

// How full each filesystem is now.
function filesystems(panels) {
  const body = make('tbody');
  const { element } = card('filesystems', 'Filesystems',
    make('div', { class: 'scrolls' }, make('table', {},
      make('thead', {}, make('tr', {}, ...['Mounted at', 'Used', 'Of', 'Full'].map(title => make('th', { scope: 'col' }, title)))),
      body)));
  element.hidden = true;
  async function load() {
    const now = Math.floor(Date.now() / 1000);
    const answer = await panels.known().then(known => (!known.has('disk') ? undefined : ask('/api/v1/series', {
      measurement: 'disk', field: 'used,total,used_percent', by: 'path,device', from: now - 86400, to: now, bucket: 'none', marks: 'false',
    }))).catch(() => undefined);
    const rows = (answer?.series ?? []).filter(group => last(group, 'used') !== null);
    body.replaceChildren(...rows.map(group => make('tr', {},
      make('th', { scope: 'row' }, group.tags.path, make('small', {}, group.tags.device ?? '')),
      make('td', {}, amount(last(group, 'used'))), make('td', {}, amount(last(group, 'total'))),
      make('td', {}, shareBar(last(group, 'used_percent') / 100), ' ', percent(last(group, 'used_percent') / 100)))));
    element.hidden = rows.length === 0;
  }
  return { element, load };
}

const last = (group, field) => group.fields[field]?.mean?.findLast(value => value !== null) ?? null;
