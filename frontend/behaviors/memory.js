// @ts-check
/**
 * What this browser keeps of a person between pages: drafts, messages that are not sent yet, and why a page was loaded again.
 *
 * Expected in the page:
 *   <body data-viewer="ID">                      who looks; what is kept of others is forgotten
 *   <form action="/sessions/delete">             signs out, and forgets everything
 */
const viewer = document.body.dataset.viewer ?? '';

/** Loads the page again, once for each history, when what it shows can't be continued. */
export function reload(/** @type {string} */ why) {
  const key = 'reloaded:' + location.pathname;
  try {
    if (sessionStorage.getItem(key) !== why) { sessionStorage.setItem(key, why); location.reload(); }
  } catch { /* without a memory it might never stop */ }
}

/** Keeps something of the person's in this browser; null takes it away. Private windows may have no memory. */
export function remember(/** @type {string} */ key, /** @type {any} */ value) {
  try {
    if (value === null || value.length === 0) localStorage.removeItem(`talk:${viewer}:${key}`);
    else localStorage.setItem(`talk:${viewer}:${key}`, JSON.stringify(value));
  } catch { /* then it lives as long as the page */ }
}

/** What was kept. */
export function kept(/** @type {string} */ key) {
  try { return JSON.parse(localStorage.getItem(`talk:${viewer}:${key}`) ?? 'null'); } catch { return null; }
}

function forget(/** @type {(key: string) => boolean} */ which) {
  try { Object.keys(localStorage).filter(which).forEach(key => localStorage.removeItem(key)); } catch { /* nothing was kept */ }
}

document.addEventListener('submit', e => {
  if (/** @type {HTMLFormElement} */ (e.target).action.endsWith('/sessions/delete')) forget(key => /^(talk|draft):/.test(key));
});
if (viewer) forget(key => key.startsWith('talk:') && !key.startsWith(`talk:${viewer}:`));
