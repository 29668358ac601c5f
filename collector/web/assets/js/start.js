// Before anything is drawn: light or dark as somebody chose here; and the first screen's question is on its way while
// the modules come. No module, so that it runs at once; api.js takes the answer.
if (localStorage.theme) document.documentElement.dataset.theme = localStorage.theme;
if (/^(#\/?(\?.*)?)?$/.test(location.hash)) {
  const token = sessionStorage.getItem('collector.token') ?? localStorage.getItem('collector.token');
  window.firstAnswer = fetch('/api/v1/overview', { headers: token ? { Authorization: `Bearer ${token}` } : {} });
  window.firstAnswer.catch(() => {});
}
