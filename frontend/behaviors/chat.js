// @ts-check
/**
 * Keeps a conversation live: what others say and do arrives, one's own messages are shown at once with how they fare.
 *
 * Expected in the page:
 *   <ol id="messages" data-behavior="chat" data-seq="N" data-sending data-failed data-retry data-offline data-typing data-new>
 *       and what entries.js asks for
 *   <form id="composer" method="post" action="…">  textarea name="body", hidden inputs name="nonce" and "answers"
 *   <p id="typing" aria-hidden="true"></p>
 *
 * The one rule: an entry is applied if its seq is the next one, ignored if lower; if higher, the connection resumes. Of a
 * kind that this page doesn't know only the number counts. A nonce makes a message that is sent twice one message, so
 * trying again is always safe: what is not sent stays in this browser, for this person, and goes out when it can.
 *
 * @typedef {[string, string][]} Fields    of the form, as they are sent
 * @typedef {{item: HTMLElement, fields: Fields, timer?: number}} Pending
 */
import { changes, list, make, me, number, part, state, words } from './entries.js';
import { say } from './live.js';
import { kept, reload, remember } from './memory.js';
import { follow, on, resume, send } from './wire.js';

const patience = 10_000; // ms without an answer until a message counts as not sent
const typingEvery = 3_000, typingFor = 5_000, offlineAfter = 5_000; // ms
const nearEnd = 100; // px from the end within which new messages scroll into view
const unsentMax = 50; // messages that wait in this browser for one conversation

const form = /** @type {HTMLFormElement} */ (document.getElementById('composer'));
const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('body'));
const nonce = /** @type {HTMLInputElement} */ (form.elements.namedItem('nonce'));
const c = words.conversation ?? '';
const draft = 'draft:' + c, unsent = 'unsent:' + c;
let seq = Number(words.seq), typed = 0;
/** @type {number | undefined} */ let typing, offline;
/** @type {Map<string, Pending>} */ const pending = new Map();

function place(/** @type {HTMLElement} */ item, /** @type {Element | null} */ before, own = false) {
  const end = innerHeight + scrollY > document.documentElement.scrollHeight - nearEnd;
  list.insertBefore(item, before);
  if (end || own) item.scrollIntoView({ block: 'end' });
}

/** Adds a message to what is sent, or shows again what an earlier page could not send. */
function queue(/** @type {Fields} */ fields, own = false) {
  const of = Object.fromEntries(fields), item = make({ from: me, body: of.body, re: Number(of.answers) });
  pending.set(of.nonce, { item, fields });
  place(item, null, own);
  deliver(of.nonce);
}

function keep() { remember(unsent, [...pending.values()].map(p => p.fields).slice(0, unsentMax)); }

function deliver(/** @type {string} */ id) {
  const p = pending.get(id);
  if (!p) return;
  state(p.item, 'sending');
  clearTimeout(p.timer);
  p.timer = setTimeout(fail, patience, id);
  const plain = p.fields.every(([name]) => name === 'body' || name === 'nonce'); // a frame carries no more
  if (plain && send({ op: 'send', c, nonce: id, body: p.fields.find(([name]) => name === 'body')?.[1] })) return;
  const post = fetch(form.action, { method: 'POST', body: new URLSearchParams(p.fields), headers: { Accept: 'application/json' } });
  post.then(answer => answer.json()).then(m => m.seq ? arrived(id, m.seq) : fail(id), () => fail(id)); // an error has no seq
}

/** It is stored. Where this page shows it as an entry already, what waited for that goes. */
function arrived(/** @type {string} */ id, /** @type {number} */ at) {
  const p = pending.get(id);
  if (!p) return;
  clearTimeout(p.timer);
  state(p.item, 'sent');
  if (at > seq) return;
  pending.delete(id); keep();
  if (!p.item.id) p.item.remove();
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

/** A message has come, perhaps one's own. */
function hear(/** @type {any} */ ev) {
  const p = ev.from === me ? pending.get(ev.nonce) : undefined;
  const item = p?.item ?? make(ev);
  number(item, ev);
  if (p) arrived(ev.nonce, seq);
  place(item, pending.values().next().value?.item ?? null);
  if (ev.from !== me) say(words.new ?? '');
}

on('ev', ev => {
  if (ev.c !== c || ev.seq <= seq) return;
  if (ev.seq > seq + 1) return resume();
  seq = ev.seq;
  if (ev.k === 'message') hear(ev); else changes[ev.k]?.(ev);
  seen();
});
on('ok', frame => arrived(frame.nonce, frame.seq));
on('no', frame => fail(frame.nonce));
on('gap', frame => { if (frame.c === c) reload('gap' + frame.to); });
on('ready', frame => {
  offline = clearTimeout(offline) ?? undefined;
  for (const [id, head] of frame.convs) if (id === c && head < seq) return reload(frame.epoch + head);
  for (const [id, p] of pending) if (p.item.dataset.state !== 'sent') deliver(id);
  seen();
});
on('down', () => { offline ??= setTimeout(() => say(words.offline ?? ''), offlineAfter); });
on('eph', frame => {
  const line = document.getElementById('typing');
  if (!line || frame.c !== c || frame.from === me) return;
  clearTimeout(typing);
  line.textContent = words.typing ?? '';
  typing = setTimeout(() => { line.textContent = ''; }, typingFor);
});

form.addEventListener('submit', e => {
  e.preventDefault();
  if (!box.value.trim()) return box.focus();
  queue(/** @type {Fields} */ ([...new FormData(form)]), true);
  keep();
  nonce.value = [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');
  box.value = '';
  form.querySelectorAll('.composer-quote, [name=answers]').forEach(done => done.remove());
  for (const chosen of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(':checked'))) chosen.checked = false;
  remember(draft, null);
});
box.addEventListener('keydown', e => {
  if (e.key !== 'Enter' || e.shiftKey || e.isComposing || matchMedia('(pointer: coarse)').matches) return;
  e.preventDefault();
  form.requestSubmit();
});
box.addEventListener('input', () => {
  remember(draft, box.value.trim() ? box.value : null);
  if (Date.now() - typed > typingEvery && send({ op: 'typing', c })) typed = Date.now();
});
document.addEventListener('visibilitychange', seen);

box.value ||= kept(draft) ?? '';
for (const fields of kept(unsent) ?? []) queue(fields);
follow(c, () => seq);
if (!location.hash && !location.search) list.lastElementChild?.scrollIntoView({ block: 'end' });
