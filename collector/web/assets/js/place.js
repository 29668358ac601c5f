// Where somebody is, in the address: #/history?by=month. Behind the #, so that nothing of it is ever sent; a link shows
// the same to whoever opens it, and the browser's own back and forward work.
export function place() {
  const [, page, query] = /^#\/([\w-]*)(?:\?(.*))?$/.exec(location.hash) ?? [];
  return { page: page || 'overview', query: Object.fromEntries(new URLSearchParams(query ?? '')) };
}

export function addressOf(page, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const words = new URLSearchParams(given).toString();
  return `#/${page === 'overview' ? '' : page}${words ? `?${words}` : ''}`;
}

// Another page is shown, as if its link had been followed.
export function go(page, query = {}) {
  history.pushState(null, '', addressOf(page, query));
  dispatchEvent(new PopStateEvent('popstate'));
}

// The same page, shown otherwise: `step` makes it something to go back from.
export function note(changes, { step = false } = {}) {
  const { page, query } = place();
  const address = addressOf(page, { ...query, ...changes });
  if (address === (location.hash || '#/')) return;
  history[step ? 'pushState' : 'replaceState'](null, '', address);
}
