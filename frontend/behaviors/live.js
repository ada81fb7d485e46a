// @ts-check
/**
 * Keeps watched parts of the page true.
 *
 * Expected in the page:
 *   <div id="…" data-watch="event:ID">…</div>     fetched again when its topic is nudged, by its id; may have
 *        data-announce="3 places left"            said politely after a change; when empty, the new text itself is said
 *   <p id="status" role="status"></p>             the one polite region
 * A hidden tab fetches nothing.
 */
import './memory.js';
import { on, topics } from './wire.js';

const lateAfter = 3_000; // ms from asking for the page until the socket is ready; a change may have come in between
const gather = 400; // ms, random: many look at one event, and several nudges make one fetch
const rest = 3_000; // ms between two fetches of a page: a lively conversation nudges with every message

/** @type {Set<string>} */ const stale = new Set();
let readies = 0, fetched = -rest;
/** @type {number | undefined} */ let fetching;

/** Says something in the polite region. */
export function say(/** @type {string} */ text) {
  const region = document.getElementById('status');
  if (region) region.textContent = text;
}

function look(/** @type {string[]} */ changed, soon = false) {
  changed.forEach(topic => stale.add(topic));
  if (stale.size && !document.hidden) fetching ??= setTimeout(refresh, soon ? 0 : Math.max(Math.random() * gather, fetched + rest - performance.now()));
}

async function refresh() {
  const due = new Set(stale);
  stale.clear();
  [fetching, fetched] = [undefined, performance.now()];
  const parts = [...document.querySelectorAll('[data-watch][id]')].filter(e => due.has(e.getAttribute('data-watch') ?? ''));
  const answer = parts.length ? await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => undefined) : undefined;
  if (!answer?.ok || answer.redirected) return; // the next nudge or connection asks again
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const old of parts) {
    const fresh = page.getElementById(old.id);
    if (fresh && !old.isEqualNode(fresh)) replace(old, fresh);
  }
}

/** Keeps the focus on the element of the same id; what somebody is typing into is left alone. */
function replace(/** @type {Element} */ old, /** @type {HTMLElement} */ fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (focused?.matches('textarea, select, input')) return;
  old.replaceWith(document.adoptNode(fresh));
  if (focused?.id) document.getElementById(focused.id)?.focus({ preventScroll: true });
  if (fresh.dataset.announce !== undefined) say(fresh.dataset.announce || (fresh.textContent ?? '').replace(/\s+/g, ' ').trim());
}

on('nudge', frame => look([frame.topic]));
on('ready', () => { if (readies++ || performance.now() > lateAfter) look(topics()); });
document.addEventListener('visibilitychange', () => look([], true));
