// Before anything is drawn: light or dark as somebody chose here; and the first screen's question is on its way while
// the modules come. No module, so that it runs at once; api.js takes the answer. Where the browser keeps nothing for
// this page, looking at what it keeps throws (kept.js).
{
  let token = null;
  try {
    if (localStorage.theme) document.documentElement.dataset.theme = localStorage.theme;
    token = sessionStorage.getItem('collector.token') ?? localStorage.getItem('collector.token');
  } catch {} // as for somebody new
  if (/^(#\/?(\?.*)?)?$/.test(location.hash)) {
    window.firstAnswer = fetch('api/v1/overview', { headers: token ? { Authorization: `Bearer ${token}` } : {} });
    window.firstAnswer.catch(() => {});
  }
}
