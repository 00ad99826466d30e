// Sets the chosen theme before the first paint; not a module, because those run later.
try {
  const chosen = localStorage.getItem('openclaw.theme');
  if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is blocked: the system's theme applies.
}
