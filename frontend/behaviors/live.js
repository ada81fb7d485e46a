// @ts-check
/**
 * One live connection for the page. It brings frames to whoever asked with on(), and keeps watched parts of the page true.
 *
 * Expected in the page:
 *   <body data-live="/live" data-epoch="…">       address of the socket; the history of the store the page was made from
 *   <div id="…" data-watch="event:ID">…</div>     fetched again when its topic is nudged, by its id; may have
 *        data-announce="3 places left"            said politely after a change; when empty, the new text itself is said
 *   <p id="status" role="status"></p>             the one polite region
 * Without data-live nothing happens. A hidden tab lets go of its connection after a minute, and fetches nothing.
 *
 * @typedef {{op: string} & Record<string, any>} Frame
 * @typedef {(frame: Frame) => void} Listener
 */
const firstWait = 500, longestWait = 30_000; // ms before trying again: doubles, and a random part of it is waited
const hiddenFor = 60_000; // ms until a hidden tab lets go
const lateAfter = 3_000; // ms from asking for the page until the socket is ready; a change may have come in between
const gather = 400; // ms, random: many look at one event, and several nudges make one fetch

const { live, epoch = '' } = document.body.dataset;
/** @type {Map<string, Set<Listener>>} */ const listeners = new Map();
/** @type {Map<string, () => number>} */ const positions = new Map();
/** @type {Set<string>} */ const stale = new Set();
let tries = 0, readies = 0, over = false;
/** @type {WebSocket | undefined} */ let socket;
/** @type {number | undefined} */ let retry, fetching, letGo;

/** Hears frames of an op, or nudges of a topic. 'down' is heard when the connection is lost. */
export function on(/** @type {string} */ opOrTopic, /** @type {Listener} */ listener) {
  const heard = listeners.get(opOrTopic) ?? new Set();
  listeners.set(opOrTopic, heard.add(listener));
}

/** Sends a frame; false when there is no connection. */
export function send(/** @type {Frame} */ frame) {
  if (!readies || socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(frame));
  return true;
}

/** Names a conversation to resume, and the last seq that the page shows of it. */
export function follow(/** @type {string} */ id, /** @type {() => number} */ seq) { positions.set(id, seq); }

/** Says something in the polite region. */
export function say(/** @type {string} */ text) {
  const region = document.getElementById('status');
  if (region) region.textContent = text;
}

/** Drops the connection and comes back with the positions of now. */
export function resume() { socket?.close(); }

/** Loads the page again, once for each history, when what it shows can't be continued. */
export function reload(/** @type {string} */ why) {
  const key = 'reloaded:' + location.pathname;
  try {
    if (sessionStorage.getItem(key) !== why) { sessionStorage.setItem(key, why); location.reload(); }
  } catch { /* without a memory it might never stop */ }
}

function tell(/** @type {string} */ name, /** @type {Frame} */ frame) { listeners.get(name)?.forEach(heard => heard(frame)); }

function topics() {
  return [...new Set([...document.querySelectorAll('[data-watch]')].map(e => e.getAttribute('data-watch') ?? ''))];
}

function connect() {
  clearTimeout(retry);
  if (!live || over || socket || document.hidden || !(positions.size || topics().length)) return;
  const url = new URL(live, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const since = [...positions].map(([id, seq]) => `${id}.${seq()}`);
  url.search = `${new URLSearchParams({ v: '1', epoch, since: since.join(), watch: topics().join() })}`;
  const mine = socket = new WebSocket(url);
  let after = -1;
  mine.onmessage = e => {
    const frame = /** @type {Frame} */ (JSON.parse(e.data));
    if (frame.op === 'bye') [over, after] = [!frame.again, frame.after_ms];
    hear(frame);
  };
  mine.onclose = () => {
    if (socket === mine) socket = undefined;
    if (document.hidden || over) return;
    tell('down', { op: 'down' });
    retry = setTimeout(connect, after >= 0 ? after : Math.random() * Math.min(longestWait, firstWait * 2 ** tries++));
  };
}

function hear(/** @type {Frame} */ frame) {
  if (frame.op === 'ready') {
    if (epoch && frame.epoch !== epoch) return reload(frame.epoch);
    tries = 0;
    if (readies++ || performance.now() > lateAfter) topics().forEach(topic => stale.add(topic));
  }
  if (frame.op === 'nudge') { stale.add(frame.topic); tell(frame.topic, frame); }
  if (stale.size && !document.hidden) fetching ??= setTimeout(refresh, Math.random() * gather);
  tell(frame.op, frame);
}

async function refresh() {
  const due = new Set(stale);
  stale.clear();
  fetching = undefined;
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

document.addEventListener('visibilitychange', () => {
  clearTimeout(letGo);
  if (document.hidden) { letGo = setTimeout(resume, hiddenFor); return; }
  if (stale.size) fetching ??= setTimeout(refresh, 0);
  connect();
});
addEventListener('online', connect);
addEventListener('pageshow', e => { if (e.persisted) connect(); });
// By then every module of the page has said what it follows.
if (document.readyState === 'complete') connect(); else addEventListener('DOMContentLoaded', connect);
