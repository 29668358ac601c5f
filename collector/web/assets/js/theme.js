// Before anything is drawn: light or dark as somebody chose here, else as the system is.
if (localStorage.theme) document.documentElement.dataset.theme = localStorage.theme;
