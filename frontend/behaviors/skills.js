// @ts-check
/**
 * Offers skills as one types, and a further line when the last one is used.
 *
 * Expected in the page:
 *   <fieldset data-behavior="skills" data-address="/skills" data-max="12" data-add="Add another">
 *     <div class="skill-line"><label for="ID">…</label><input id="ID" list="LIST"><select>…</div>   one or more
 *     <datalist id="LIST">
 *
 * The address answers ?q= with {"items": [{"name": …}]}. Without an answer, what is typed is sent as it is.
 */
const pause = 180; // ms without a key
const least = 2; // letters, before it is worth asking

for (const set of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-behavior~="skills"]'))) attend(set);

function attend(/** @type {HTMLElement} */ set) {
  const { address = '', max = '0', add = '' } = set.dataset;
  const list = set.querySelector('datalist');
  /** @type {AbortController | undefined} */ let asked;
  /** @type {number | undefined} */ let timer;

  async function offer(/** @type {string} */ q) {
    asked?.abort();
    const mine = asked = new AbortController();
    const url = new URL(address, location.href);
    url.searchParams.set('q', q);
    try {
      const answer = await fetch(url, { signal: mine.signal, headers: { Accept: 'application/json' } });
      if (!answer.ok || mine.signal.aborted) return;
      const { items } = await answer.json();
      list?.replaceChildren(...items.map((/** @type {{name: string}} */ skill) => new Option('', skill.name)));
    } catch { /* no connection or a newer question: the list stays as it is */ }
  }

  set.addEventListener('input', e => {
    const typed = /** @type {HTMLInputElement} */ (e.target);
    if (!address || typed.list !== list || typed.value.trim().length < least) return;
    clearTimeout(timer);
    timer = setTimeout(offer, pause, typed.value.trim());
  });

  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button button-quiet', textContent: add });
  button.addEventListener('click', () => another(set)?.focus());
  button.addEventListener('click', () => { button.hidden = lines(set).length >= Number(max); });
  button.hidden = lines(set).length >= Number(max);
  set.append(button);
}

function lines(/** @type {HTMLElement} */ set) { return [...set.querySelectorAll('.skill-line')]; }

/** Copies the last line with fresh ids, empty; its labels count on. */
function another(/** @type {HTMLElement} */ set) {
  const all = lines(set), last = all[all.length - 1], count = all.length + 1;
  const line = /** @type {HTMLElement} */ (last.cloneNode(true));
  for (const field of /** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (line.querySelectorAll('input, select'))) {
    const label = line.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    field.id = `${field.id}-${count}`;
    label?.setAttribute('for', field.id);
    if (label) label.textContent = (label.textContent ?? '').replace(/\p{Nd}+/u, count.toLocaleString(document.documentElement.lang + '-EG'));
    if (field instanceof HTMLInputElement) field.value = ''; else field.selectedIndex = 0;
  }
  last.after(line);
  return line.querySelector('input');
}
