// The frame: who is here, which page is open, units, light and dark. A page is a module with `open(main, frame)`, which
// gives what closes it; modules other than the first screen's are loaded when their page is opened.
import { ask } from './api.js';
import { byId, furtherStyle, make } from './dom.js';
import { device } from './kept.js';
import { addressOf, place } from './place.js';
import { redeemCode, signOut, token } from './session.js';
import { settings, unitChoices, unitName } from './units.js';
import { setZone } from './time.js';
import * as overview from './overview.js';

// `when`: a section that is there only where the collector says that it has something for it. `of`: what of the address
// it is about: with another one, it is another page.
const sections = [
  { page: 'overview', title: 'Overview', module: overview },
  { page: 'history', title: 'History', load: () => import('./history.js') },
  { page: 'machine', title: 'Machine', load: () => import('./machine.js') },
  { page: 'apps', title: 'Apps', load: () => import('./listing.js'), when: 'applications' },
  { page: 'fleet', title: 'Fleet', load: () => import('./listing.js'), when: 'fleet' },
  { page: 'alerts', title: 'Alerts', load: () => import('./listing.js'), when: 'alerts' },
  { page: 'status', title: 'Status', load: () => import('./status.js') },
  { page: 'interface', title: 'Interface', load: () => import('./interface.js'), hidden: true, of: query => query.name },
];

// What is shown where an address leads to nothing, and where a page's script has not come.
const said = (...words) => ({ open: main => main.append(make('p', { class: 'problem', role: 'alert' }, ...words)) });
const nowhere = { page: '', title: 'No such page', module: said('There is no such page here. The ', make('a', { href: '#/' }, 'overview'), ' is.') };
const unloaded = said('The script of this page has not come; when it is loaded again, it may.');

const frame = { about: {}, showLink };
frame.known = new Promise(done => (frame.tell = done)); // resolved when `about` is there, or can't be had
let shown = null; // {page, about, close, follow}
let turn = 0;

// Pages other than the first know from the beginning in which zone days are cut.
const further = load => async () => (await Promise.all([load(), furtherStyle(), frame.known]))[0];

const isThere = section => !section.hidden && (!section.when || frame.about.capabilities?.[section.when]);

function drawSections(page) {
  byId('sections').replaceChildren(...sections.filter(isThere).map(section =>
    make('a', { href: addressOf(section.page), 'aria-current': section.page === page && 'page' }, section.title)));
}

function showLink(state, words = state) {
  const link = byId('link');
  link.hidden = !state;
  link.className = `link ${state}`;
  if (byId('link-text').textContent !== words) byId('link-text').textContent = words;
}

// Of the page, the machine and the program, as far as they are known.
function tellTitle(name = frame.titled) {
  frame.titled = name;
  document.title = [name, frame.about.host, 'collector'].filter(Boolean).join(' · ');
}

// What the address says is shown. Within a page, the page itself looks at what has changed.
async function follow() {
  const { page, query } = place();
  const section = sections.find(each => each.page === page) ?? nowhere;
  const about = section.of?.(query);
  if (shown?.page === section.page && shown.about === about) return shown.follow?.();
  const mine = ++turn;
  shown?.close?.();
  shown = null;
  drawSections(section.page);
  tellTitle(about ?? section.title);
  const module = section.module ?? await further(section.load)().catch(() => unloaded);
  if (mine !== turn) return undefined;
  const main = byId('main');
  main.dataset.page = section.page;
  main.replaceChildren();
  scrollTo(0, 0);
  showLink('');
  shown = { page: section.page, about, ...module.open(main, frame) };
  return undefined;
}

function redraw() {
  byId('unit').textContent = unitName();
  document.dispatchEvent(new Event('unitchange'));
}

function tellTheme() {
  document.dispatchEvent(new Event('themechange'));
}

function wireTools() {
  if (unitChoices.includes(device.get('rate'))) settings.rate = device.get('rate');
  byId('unit').textContent = unitName();
  byId('unit').addEventListener('click', () => {
    settings.rate = unitChoices[(unitChoices.indexOf(settings.rate) + 1) % unitChoices.length];
    device.set('rate', settings.rate);
    redraw();
  });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', tellTheme);
  byId('theme').addEventListener('click', () => {
    const isDark = (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
    document.documentElement.dataset.theme = isDark ? 'light' : 'dark';
    device.set('theme', document.documentElement.dataset.theme);
    tellTheme();
  });
  byId('sign-out').addEventListener('click', async () => {
    await signOut();
    location.reload();
  });
  document.querySelector('.skip').addEventListener('click', event => {
    event.preventDefault();
    byId('main').focus();
  });
}

// Who the collector is; the page itself does not wait for it.
async function introduce() {
  frame.about = await ask('/api/v1');
  setZone(frame.about.timezone);
  byId('host').textContent = frame.about.host;
  byId('host').hidden = false;
  byId('sign-out').hidden = !token();
  byId('sign-out').title = `Signed in as ${[frame.about.access.name, frame.about.access.role].filter(Boolean).join(', ')}`;
  drawSections(place().page);
  tellTitle();
}

function alarm(words) {
  const element = make('p', { class: 'problem', role: 'alert' }, words);
  byId('main').prepend(element);
  return element;
}

// Once it has not answered, it is asked until it does; then what is shown is asked for as well.
async function introduceLater(notice) {
  for (let pause = 2000; ; pause = Math.min(30000, pause * 2)) {
    await new Promise(done => setTimeout(done, pause));
    try {
      await introduce();
      notice?.remove();
      return shown?.follow?.();
    } catch {} // not yet
  }
}

async function start() {
  document.querySelector('.late').remove();
  wireTools();
  const refused = await redeemCode();
  addEventListener('popstate', follow);
  const known = introduce().catch(problem => problem.words?.() ?? problem.message).finally(frame.tell);
  await follow();
  if (refused) alarm(refused);
  const failed = await known;
  // Most pages say so themselves.
  if (failed) introduceLater(byId('main').textContent.includes(failed) ? null : alarm(failed));
}

start();
