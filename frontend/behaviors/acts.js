// @ts-check
/**
 * Opens what one can do with a message below it, instead of leading to its page.
 *
 * Expected in the page:
 *   <li class="message">… <p class="message-more"><a href="…">   leads to a page with <div id="acts"> of forms and links
 *
 * What is sent from there is seen when it comes back as an entry of the conversation. What can't be fetched or is refused
 * goes the page's own way, which says why.
 */
import { changes, part, shown } from './entries.js';

const closest = (/** @type {Event} */ e, /** @type {string} */ selector) => /** @type {HTMLElement} */ (e.target).closest(selector);

document.addEventListener('click', e => {
  const link = /** @type {HTMLAnchorElement | null} */ (closest(e, '.message-more a'));
  if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  toggle(link, /** @type {HTMLElement} */ (link.closest('.message')));
});

async function toggle(/** @type {HTMLAnchorElement} */ link, /** @type {HTMLElement} */ item) {
  const open = item.querySelector('.acts');
  link.setAttribute('aria-expanded', String(!open));
  if (open) return open.remove();
  const answer = await fetch(link.href, { headers: { Accept: 'text/html' } }).catch(() => undefined);
  const acts = answer?.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('acts');
  if (!acts) return location.assign(link.href);
  document.querySelectorAll('.message .acts').forEach(other => other.remove()); // their ids may stand in the page once
  item.append(document.adoptNode(acts));
  acts.focus();
}

document.addEventListener('submit', e => {
  const acts = closest(e, '.message .acts'), form = /** @type {HTMLFormElement} */ (e.target);
  if (!acts) return;
  e.preventDefault();
  const done = () => {
    acts.closest('.message')?.querySelector('.message-more a')?.setAttribute('aria-expanded', 'false');
    acts.remove();
  };
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } })
    .then(answer => answer.ok ? done() : form.submit(), () => form.submit());
});

/** Somebody reacted, or takes it back. */
changes.reaction = ev => {
  for (const word of /** @type {NodeListOf<HTMLElement>} */ (shown(ev.target)?.querySelectorAll('.reaction') ?? [])) {
    const by = new Set(word.dataset.by?.split(' ').filter(Boolean));
    word.dataset.word === ev.body ? by.add(ev.from) : by.delete(ev.from);
    word.dataset.by = [...by].join(' ');
    word.hidden = by.size === 0;
    part(word, 'b').textContent = by.size.toLocaleString(document.documentElement.lang + '-EG');
  }
};
