// @ts-check
/**
 * Keeps a conversation live: what others say and do arrives, one's own messages are shown at once with how they fare.
 *
 * Expected in the page:
 *   <ol id="messages" data-behavior="chat" data-seq="N" data-sending data-failed data-retry data-away data-offline data-new>
 *       and what entries.js asks for
 *   <form id="composer" method="post" action="…">  textarea name="body", hidden inputs name="nonce" and "answers"
 *
 * The one rule: an entry is applied if its seq is the next one, ignored if lower; if higher, the connection resumes. Of a
 * kind that this page doesn't know only the number counts. A nonce makes a message that is sent twice one message, so
 * trying again is always safe: what is not sent stays in this browser, for this person, and goes out when it can.
 *
 * @typedef {[string, string][]} Fields    of the form, as they are sent
 * @typedef {{item: HTMLElement, fields: Fields, timer?: number, why?: string}} Pending    why it was refused, if it was
 */
import { changes, list, make, me, number, part, state, words } from './entries.js';
import { say } from './live.js';
import { kept, reload, remember } from './memory.js';
import { follow, on, resume, send } from './wire.js';

const patience = 10_000; // ms without an answer until a message counts as not sent
const offlineAfter = 5_000; // ms
const nearEnd = 100; // px from the end within which new messages scroll into view
const unsentMax = 50; // messages that wait in this browser for one conversation

const form = /** @type {HTMLFormElement} */ (document.getElementById('composer'));
const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('body'));
const nonce = /** @type {HTMLInputElement} */ (form.elements.namedItem('nonce'));
const c = words.conversation ?? '';
const draft = 'draft:' + c, unsent = 'unsent:' + c;
let seq = Number(words.seq);
/** @type {number | undefined} */ let offline;
/** @type {Map<string, Pending>} */ const pending = new Map();

function place(/** @type {HTMLElement} */ item, /** @type {Element | null} */ before, own = false) {
  const end = innerHeight + scrollY > document.documentElement.scrollHeight - nearEnd;
  list.insertBefore(item, before);
  if (end || own) item.scrollIntoView({ block: 'end' });
}

/** Adds a message to what is sent, or shows again what an earlier page could not send. */
function queue(/** @type {Fields} */ fields, own = false) {
  const of = Object.fromEntries(fields), item = make({ from: me, body: of.body, re: +of.answers });
  pending.set(of.nonce, { item, fields });
  place(item, null, own);
  deliver(of.nonce);
}

const keep = () => remember(unsent, [...pending.values()].map(p => p.fields).slice(0, unsentMax));

function deliver(/** @type {string} */ id) {
  const p = pending.get(id);
  if (!p) return;
  state(p.item, 'sending');
  clearTimeout(p.timer);
  p.timer = setTimeout(fail, patience, id);
  const plain = p.fields.length === 2; // words and their nonce: a frame carries no more
  if (plain && !p.why && send({ op: 'send', c, ...Object.fromEntries(p.fields) })) return;
  const post = fetch(form.action, { method: 'POST', body: new URLSearchParams(p.fields), headers: { Accept: 'application/json' } });
  post.then(answer => answer.json()).then(m => m.seq ? arrived(id, m.seq) : fail(id, m.title), () => fail(id)); // an error has no seq, and says why
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

function fail(/** @type {string} */ id, why = '') {
  const p = pending.get(id);
  if (!p || p.item.dataset.state !== 'sending') return;
  clearTimeout(p.timer);
  p.why = why;
  state(p.item, 'failed');
  say(words.failed + ' ' + why);
  part(p.item, '.message-state').append(why && ': ' + why);
  for (const [textContent, onclick] of [[words.retry, () => deliver(id)], [words.away, () => { pending.delete(id); keep(); p.item.remove(); box.focus(); }]])
    part(p.item, '.message-state').append(' ', Object.assign(document.createElement('button'), { type: 'button', className: 'button button-quiet', textContent, onclick }));
}

const seen = () => seq && !document.hidden && send({ op: 'read', c, seq });

/** A message has come, perhaps one's own. */
function hear(/** @type {any} */ ev) {
  const p = ev.from === me ? pending.get(ev.nonce) : undefined;
  const item = p?.item ?? make(ev);
  number(item, ev);
  if (p) arrived(ev.nonce, seq);
  place(item, pending.values().next().value?.item ?? null);
  if (ev.from !== me) say(words.new ?? '');
}

changes.message = changes.files = hear;
on('ev', ev => {
  if (ev.c !== c || ev.seq <= seq) return;
  if (ev.seq > seq + 1) return resume();
  seq = ev.seq;
  changes[ev.k]?.(ev);
  seen();
});
on('ok', frame => arrived(frame.nonce, frame.seq));
on('no', frame => { // asked the other way, it says why in words
  const p = pending.get(frame.nonce);
  if (p) { p.why = ' '; deliver(frame.nonce); }
});
on('gap', frame => frame.c === c && reload('gap' + frame.to));
on('ready', frame => {
  offline = clearTimeout(offline) ?? undefined;
  for (const [id, head] of frame.convs) if (id === c && head < seq) return reload(frame.epoch + head);
  for (const [id, p] of pending) if (p.item.dataset.state !== 'sent' && !p.why) deliver(id);
  seen();
});
on('down', () => { offline ??= setTimeout(() => say(words.offline ?? ''), offlineAfter); });

form.addEventListener('submit', e => {
  e.preventDefault();
  if (!box.value.trim()) return box.focus();
  queue(/** @type {Fields} */ ([...new FormData(form)].filter(([, value]) => value && typeof value === 'string')), true);
  keep();
  form.reset();
});
form.addEventListener('reset', () => { // what was written is on its way
  nonce.value = crypto.getRandomValues(new Uint32Array(4)).join('-');
  box.defaultValue = '';
  form.querySelectorAll('.composer-quote, [name=answers]').forEach(done => done.remove());
  form.querySelectorAll('[checked]').forEach(chosen => chosen.removeAttribute('checked'));
  remember(draft, null);
});
box.addEventListener('keydown', e => {
  if (e.key !== 'Enter' || e.shiftKey || e.isComposing || matchMedia('(pointer: coarse)').matches) return;
  e.preventDefault();
  form.requestSubmit();
});
box.addEventListener('input', () => remember(draft, box.value.trim() ? box.value : null));
document.addEventListener('visibilitychange', seen);

box.value ||= kept(draft) ?? '';
for (const fields of kept(unsent) ?? []) queue(fields);
follow(c, () => seq);
if (!(location.hash + location.search)) list.lastElementChild?.scrollIntoView({ block: 'end' });
