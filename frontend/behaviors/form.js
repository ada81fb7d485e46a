// @ts-check
/**
 * Keeps what somebody writes: counts characters, warns before a page with unsent words is left, and brings a draft back.
 *
 * Expected in the page:
 *   <form data-behavior="form" data-draft="NAME" data-restored="sentence">    without a name nothing is kept
 *   <textarea data-max="N" data-count="ID">  <p id="ID" data-left="% left" data-over="% too many">
 *   <p id="status" role="status"></p>
 *
 * A draft never holds passwords or hidden fields, stays in this browser, and goes when the form is sent; a form that
 * comes back with an error is filled by the server, which then wins.
 */
const words = 'textarea, input:is([type="text"], [type="search"], :not([type]))';

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('form[data-behavior~="form"]'))) {
  form.addEventListener('input', e => count(/** @type {HTMLTextAreaElement} */ (e.target)));
  if (form.dataset.draft) keep(form, 'draft:' + form.dataset.draft);
  form.querySelectorAll('textarea').forEach(count);
}

function count(/** @type {HTMLTextAreaElement} */ area) {
  const { max, count: id } = area.dataset ?? {};
  const line = id && document.getElementById(id);
  if (!max || !line) return;
  const left = Number(max) - [...area.value].length;
  const sentence = (left < 0 ? line.dataset.over : line.dataset.left) ?? '';
  line.dataset.state = left < 0 ? 'over' : 'left';
  // as in Egypt, where Arabic is written with the digits of our pages; other languages are written there as elsewhere
  line.textContent = sentence.replace('%', Math.abs(left).toLocaleString(document.documentElement.lang + '-EG'));
}

/** What the browser's memory says; private windows may have none. */
function remember(/** @type {(memory: Storage) => any} */ act) { try { return act(localStorage); } catch { return null; } }

function fields(/** @type {HTMLFormElement} */ form) {
  return /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(words)].filter(f => /** @type {HTMLInputElement} */ (f).name));
}

function keep(/** @type {HTMLFormElement} */ form, /** @type {string} */ name) {
  let unsent = false;
  const texts = () => fields(form).map(field => [field.name, field.value]);
  const untouched = JSON.stringify(texts());
  const came = document.querySelector('.error-summary') !== null; // back with an error: the server filled it
  const draft = came ? null : JSON.parse(remember(memory => memory.getItem(name)) ?? 'null');
  if (draft?.from === untouched) restore(form, draft.texts);
  form.addEventListener('input', () => {
    unsent = true;
    // A draft belongs to the words it began from: when they were changed elsewhere since, it would undo that change.
    remember(memory => memory.setItem(name, JSON.stringify({ from: untouched, texts: texts() })));
  });
  form.addEventListener('submit', () => {
    unsent = false;
    remember(memory => memory.removeItem(name));
  });
  addEventListener('beforeunload', e => { if (unsent && !remember(memory => memory.getItem(name))) e.preventDefault(); });
}

function restore(/** @type {HTMLFormElement} */ form, /** @type {[string, string][]} */ texts) {
  fields(form).forEach((field, i) => { if (texts[i]?.[0] === field.name) field.value = texts[i][1]; });
  const status = document.getElementById('status');
  if (status) status.textContent = form.dataset.restored ?? '';
}
