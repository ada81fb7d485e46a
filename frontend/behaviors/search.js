// @ts-check
/**
 * Search as one types: fetches the page that the form would lead to, and puts its results in the place of the old ones.
 *
 * Expected in the page:
 *   <form data-behavior="search" method="get">        with an input type="search"
 *   <span data-facet="name=value">count</span>        in the form; gets the new count
 *   <div id="results"><p id="results-summary">…       the summary is said politely
 *   <p id="status" role="status"></p>
 *
 * The form itself is never replaced, so focus, caret and an input method's half-written word stay. What cannot be
 * fetched is left to the form's own way.
 */
const pause = 180; // ms without a key; faster typists send one request for a word

const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-behavior~="search"]'));
/** @type {AbortController | undefined} */ let asked;
/** @type {number | undefined} */ let timer;

/** The address of what the form asks for now, without its empty answers. */
function address(/** @type {HTMLFormElement} */ from) {
  const url = new URL(from.action);
  const answers = [...new FormData(from)].filter(([, value]) => value !== '').map(([name, value]) => [name, String(value)]);
  url.search = new URLSearchParams(answers).toString();
  return url;
}

async function look(/** @type {HTMLFormElement} */ from) {
  clearTimeout(timer);
  asked?.abort();
  const mine = asked = new AbortController(), url = address(from);
  const results = document.getElementById('results');
  if (!results) return from.submit();
  results.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(url, { signal: mine.signal, headers: { Accept: 'text/html' } });
    const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : undefined;
    if (mine.signal.aborted) return;
    const fresh = page?.getElementById('results');
    if (!page || !fresh) return from.submit();
    results.replaceWith(document.adoptNode(fresh));
    recount(from, page);
    history.replaceState(history.state, '', url);
    const status = document.getElementById('status');
    if (status) status.textContent = document.getElementById('results-summary')?.textContent ?? '';
  } catch {
    if (!mine.signal.aborted) results.removeAttribute('aria-busy'); // no connection: what was found stays, Enter tries the form's way
  }
}

function recount(/** @type {HTMLFormElement} */ from, /** @type {Document} */ page) {
  for (const count of from.querySelectorAll('[data-facet]')) {
    const name = CSS.escape(/** @type {HTMLElement} */ (count).dataset.facet ?? '');
    count.textContent = page.querySelector(`[data-facet="${name}"]`)?.textContent ?? '';
  }
}

form?.addEventListener('input', e => {
  if (/** @type {InputEvent} */ (e).isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(look, pause, form);
});
form?.addEventListener('compositionend', () => { timer = setTimeout(look, pause, form); });
form?.addEventListener('submit', e => {
  if (!navigator.onLine) return;
  e.preventDefault();
  look(form);
});
