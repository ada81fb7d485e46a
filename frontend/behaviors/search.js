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
 * ArrowDown leads from the box into the results, the arrows through them, and Escape back.
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
/** Moves between the box and the links of the results; other keys do what they always do. */
function step(/** @type {KeyboardEvent} */ e) {
  const box = /** @type {HTMLInputElement | null} */ (form?.querySelector('input[type="search"]') ?? null);
  const links = [...document.querySelectorAll('#results a')].filter(a => a.checkVisibility());
  const at = links.indexOf(/** @type {Element} */ (document.activeElement)), inBox = document.activeElement === box;
  if (e.altKey || e.ctrlKey || e.metaKey || e.isComposing || !inBox && at < 0) return;
  const way = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  const to = e.key === 'Escape' && !inBox || way === -1 && at === 0 ? box : way && (way > 0 || !inBox) ? links[at + way] : undefined;
  if (!to) return;
  e.preventDefault();
  /** @type {HTMLElement} */ (to).focus();
}

document.addEventListener('keydown', step);
form?.addEventListener('submit', e => {
  if (!navigator.onLine) return;
  e.preventDefault();
  look(form);
});
