// @ts-check
/**
 * Keeps a conversation live: others' messages arrive, one's own are shown at once with how they fare.
 *
 * Expected in the page:
 *   <ol id="messages" data-behavior="chat" data-conversation="ID" data-seq="N" data-viewer="ID"
 *       data-sending data-failed data-retry data-offline data-typing data-you data-new data-left data-gone>    sentences, in the page's language
 *     <li data-seq="N" data-author="ID"><svg>…</svg>…</li>                    the author's mark is copied from here
 *   <template id="message-template"><li class="message">…                    with .message-name, time, .message-state and
 *                                                                            .message-text, dir="auto" there
 *   <form id="composer" method="post" action="…">  textarea name="body", hidden input name="nonce"
 *   <p id="typing" aria-hidden="true"></p>          optional
 *
 * The one rule: an event is applied if its seq is the next one, ignored if lower; if higher, the connection resumes.
 * A nonce makes a message that is sent twice one message, so trying again is always safe.
 *
 * @typedef {{item: HTMLElement, fields: URLSearchParams, timer?: number}} Pending
 */
import { follow, on, reload, resume, say, send } from './live.js';

const patience = 10_000; // ms without an answer until a message counts as not sent
const typingEvery = 3_000, typingFor = 5_000, offlineAfter = 5_000; // ms
const nearEnd = 100; // px from the end within which new messages scroll into view

const list = /** @type {HTMLElement} */ (document.querySelector('#messages[data-behavior~="chat"]'));
const form = /** @type {HTMLFormElement} */ (document.getElementById('composer'));
const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('body'));
const nonce = /** @type {HTMLInputElement} */ (form.elements.namedItem('nonce'));
const words = list.dataset, c = words.conversation ?? '', draft = 'draft:' + c;
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
let seq = Number(words.seq), typed = 0;
/** @type {number | undefined} */ let typing, offline;
/** @type {Map<string, Pending>} */ const pending = new Map();

const part = (/** @type {HTMLElement} */ item, /** @type {string} */ name) => /** @type {HTMLElement} */ (item.querySelector(name));
/** Private windows may have no memory. */
const remember = (/** @type {(m: Storage) => any} */ act) => { try { return act(localStorage); } catch { return null; } };

function make(/** @type {string} */ author, /** @type {string} */ name, /** @type {string} */ body) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById('message-template'));
  const item = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
  const own = author === words.viewer;
  item.classList.toggle('message-own', own);
  item.dataset.author = author;
  part(item, '.message-name').textContent = (own ? words.you : name || words.left) ?? name;
  part(item, '.message-text').textContent = body || (words.gone ?? '');
  item.prepend(list.querySelector(`[data-author="${CSS.escape(author)}"] > svg`)?.cloneNode(true) ?? '');
  return item;
}

function place(/** @type {HTMLElement} */ item, /** @type {Element | null} */ before, own = false) {
  const end = innerHeight + scrollY > document.documentElement.scrollHeight - nearEnd;
  list.insertBefore(item, before);
  if (end || own) item.scrollIntoView({ block: 'end' });
}

function state(/** @type {HTMLElement} */ item, /** @type {'sending' | 'sent' | 'failed'} */ now) {
  item.dataset.state = now;
  part(item, '.message-state').textContent = (now === 'sent' ? '' : words[now]) ?? '';
}

function deliver(/** @type {string} */ id) {
  const p = pending.get(id);
  if (!p) return;
  state(p.item, 'sending');
  clearTimeout(p.timer);
  p.timer = setTimeout(fail, patience, id);
  if (send({ op: 'send', c, nonce: id, body: p.fields.get('body') })) return;
  const post = fetch(form.action, { method: 'POST', body: p.fields, headers: { Accept: 'application/json' } });
  post.then(answer => answer.ok ? arrived(id) : fail(id), () => fail(id));
}

function arrived(/** @type {string} */ id) {
  const p = pending.get(id);
  clearTimeout(p?.timer);
  if (p) state(p.item, 'sent');
}

function fail(/** @type {string} */ id) {
  const p = pending.get(id);
  if (!p || p.item.dataset.state !== 'sending') return;
  clearTimeout(p.timer);
  state(p.item, 'failed');
  const again = Object.assign(document.createElement('button'), { type: 'button', className: 'button button-quiet' });
  again.textContent = words.retry ?? '';
  again.addEventListener('click', () => deliver(id));
  part(p.item, '.message-state').append(' ', again);
  say(words.failed ?? '');
}

function seen() { if (seq && !document.hidden) send({ op: 'read', c, seq }); }

on('ev', ev => {
  if (ev.c !== c || ev.seq <= seq) return;
  if (ev.seq > seq + 1) return resume();
  seq = ev.seq;
  const p = ev.from === words.viewer ? pending.get(ev.nonce) : undefined;
  const item = p?.item ?? make(ev.from, ev.name, ev.body), time = /** @type {HTMLTimeElement} */ (part(item, 'time'));
  if (p) { arrived(ev.nonce); pending.delete(ev.nonce); }
  item.id = 'm-' + seq;
  item.dataset.seq = String(seq);
  time.dateTime = ev.at;
  time.textContent = clock.format(new Date(ev.at));
  place(item, pending.values().next().value?.item ?? null);
  if (ev.from !== words.viewer) say(words.new ?? '');
  seen();
});
on('ok', frame => arrived(frame.nonce));
on('no', frame => fail(frame.nonce));
on('gap', frame => { if (frame.c === c) reload('gap' + frame.to); });
on('ready', frame => {
  offline = clearTimeout(offline) ?? undefined;
  for (const [id, head] of frame.convs) if (id === c && head < seq) return reload(frame.epoch + head);
  for (const [id, p] of pending) if (p.item.dataset.state !== 'failed') deliver(id);
  seen();
});
on('down', () => { offline ??= setTimeout(() => say(words.offline ?? ''), offlineAfter); });
on('eph', frame => {
  const line = document.getElementById('typing');
  if (!line || frame.c !== c) return;
  clearTimeout(typing);
  line.textContent = words.typing ?? '';
  typing = setTimeout(() => { line.textContent = ''; }, typingFor);
});

form.addEventListener('submit', e => {
  e.preventDefault();
  if (!box.value.trim()) return box.focus();
  const item = make(words.viewer ?? '', '', box.value), id = nonce.value;
  pending.set(id, { item, fields: new URLSearchParams(/** @type {any} */ (new FormData(form))) });
  place(item, null, true);
  deliver(id);
  nonce.value = [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');
  box.value = '';
  remember(memory => memory.removeItem(draft));
});
box.addEventListener('keydown', e => {
  if (e.key !== 'Enter' || e.shiftKey || e.isComposing || matchMedia('(pointer: coarse)').matches) return;
  e.preventDefault();
  form.requestSubmit();
});
box.addEventListener('input', () => {
  remember(memory => box.value.trim() ? memory.setItem(draft, box.value) : memory.removeItem(draft));
  if (Date.now() - typed > typingEvery && send({ op: 'typing', c })) typed = Date.now();
});
box.value ||= remember(memory => memory.getItem(draft)) ?? '';
document.addEventListener('visibilitychange', seen);
follow(c, () => seq);
