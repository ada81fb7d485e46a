// @ts-check
/**
 * The entries of a conversation as they stand in the page, and what each kind of them does to it.
 *
 * Expected in the page:
 *   <ol id="messages" data-conversation="ID" data-viewer="ID" data-offset="minutes" data-hour="$1 h " data-you data-left data-gone data-back data-edited data-for
 *       data-answers>                                                       sentences, in the page's language
 *     <li data-seq="N" data-author="ID"><svg>…</svg>…</li>                    the author's mark is copied from here
 *   <template id="message-template"><li class="message">…                    with .message-name, time, .message-edited,
 *       .message-state, .message-text, .reactions [data-word][data-by] and .message-more a
 */
export const list = /** @type {HTMLElement} */ (document.querySelector('#messages[data-behavior~="chat"]'));
export const words = list.dataset, me = words.viewer ?? '', here = '/conversations/' + words.conversation;
const language = document.documentElement.lang + '-EG'; // with the digits of our Arabic pages, see form.js
const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short', hourCycle: 'h23', timeZone: 'UTC' }); // every browser knows it
const quoted = 140; // letters of a message that is answered

export const part = (/** @type {HTMLElement} */ item, /** @type {string} */ name) => /** @type {HTMLElement} */ (item.querySelector(name));
export const shown = (/** @type {number} */ n) => document.getElementById('m-' + n);
const link = (/** @type {string} */ href, /** @type {string} */ text) => Object.assign(document.createElement('a'), { href, textContent: text });

/** Writes a text with the addresses in it as links: the same that the server does. */
function write(/** @type {HTMLElement} */ into, /** @type {string} */ text) {
  const pieces = text.split(/(\b(?:https?:\/\/|mailto:)[^\s<>"']*[^\s<>"'.,;:!?)\]}»”’،؛؟])/i);
  into.replaceChildren(...pieces.map((piece, i) => i % 2 ? Object.assign(link(piece, piece), { rel: 'noopener nofollow' }) : piece));
}

/** An entry's message as it stands in the list. */
export function make(/** @type {any} */ ev) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById('message-template'));
  const item = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
  const own = ev.from === me;
  item.classList.toggle('message-own', own);
  item.dataset.author = ev.from;
  part(item, '.message-name').textContent = (own ? words.you : ev.name || words.left) ?? ev.name;
  write(part(item, '.message-text'), ev.body || (ev.k === 'files' ? '' : words.gone));
  if (ev.to?.length) part(item, '.message-head').append(' ', (words.for ?? '%').replace('%', ev.to.join(', ')));
  if (ev.re) quote(item, ev.re);
  item.prepend(list.querySelector(`[data-author="${CSS.escape(ev.from)}"] > svg`)?.cloneNode(true) ?? '');
  return item;
}

function quote(/** @type {HTMLElement} */ item, /** @type {number} */ target) {
  const of = shown(target), p = document.createElement('p'), around = document.createElement('blockquote');
  around.className = 'quote';
  p.dir = 'auto';
  p.append(link(`${here}?around=${target}#m-${target}`, of ? part(of, '.message-name').textContent ?? '' : words.answers ?? ''), ' ',
    of ? (part(of, '.message-text').textContent ?? '').slice(0, quoted) : '');
  around.append(p);
  part(item, '.message-text').before(around);
}

/** Numbers a message that is in the log, and leads to what one can do with it. */
export function number(/** @type {HTMLElement} */ item, /** @type {any} */ ev) {
  const time = /** @type {HTMLTimeElement} */ (part(item, 'time'));
  item.id = 'm-' + ev.seq;
  item.dataset.seq = ev.seq;
  time.dateTime = ev.at;
  time.textContent = clock.format(Date.parse(ev.at) + Number(words.offset) * 6e4).replace(/^0?(\d+):/, words.hour ?? '');
  /** @type {HTMLAnchorElement} */ (part(item, '.message-more a')).href = `${here}/messages/${ev.seq}`;
}

/** Says how a message of one's own fares. */
export function state(/** @type {HTMLElement} */ item, /** @type {'sending' | 'sent' | 'failed'} */ now) {
  item.dataset.state = now;
  part(item, '.message-state').textContent = (now === 'sent' ? '' : words[now]) ?? '';
}

/** What happens to a message, by the kind of the entry; acts.js adds reactions, chat.js new ones. @type {Record<string, (ev: any) => void>} */
export const changes = {
  edit(ev) {
    const item = shown(ev.target);
    if (!item || !ev.body) return; // taken back since: that follows
    write(part(item, '.message-text'), ev.body);
    part(item, '.message-edited').textContent = words.edited ?? '';
  },
  delete(ev) {
    document.querySelectorAll(`.quote a[href$="#m-${ev.target}"]`).forEach(a => a.parentElement?.replaceChildren(a, ' ' + words.gone));
    const item = shown(ev.target);
    if (!item) return;
    part(item, '.message-text').textContent = words.back ?? '';
    for (const gone of item.querySelectorAll('.message-more, .quote, .reaction, .files')) gone.remove();
  },
};
