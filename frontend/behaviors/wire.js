// @ts-check
/**
 * One live connection for the browser: it brings frames to whoever asked with on().
 *
 * Expected in the page:
 *   <body data-live="/live" data-epoch="…" data-viewer="ID">   address of the socket; the history of the store the page was
 *        made from; who looks
 *   <div data-watch="event:ID">…                  topics whose nudges the page wants
 * Without data-live nothing happens.
 *
 * Of several tabs one leads and has the connection; the others hear every frame from it and send through it. Frames may
 * come twice, and none is lost: each tab counts for itself, and one that is behind has the leader connect anew from there.
 *
 * @typedef {{op: string} & Record<string, any>} Frame
 * @typedef {(frame: Frame) => void} Listener
 */
import { reload } from './memory.js';
import { attend, drop, leads, note, places, post, seek, watched, yieldLead } from './tabs.js';

const firstWait = 500, longestWait = 30_000; // ms before trying again: doubles, and a random part of it is waited
const hiddenFor = 60_000; // ms until a hidden tab lets go

const { live, epoch = '' } = document.body.dataset;
/** @type {Map<string, Set<Listener>>} */ const listeners = new Map();
/** @type {Map<string, () => number>} */ const positions = new Map();
/** @type {Map<string, number>} */ const heads = new Map(); // what the connection was sent, by conversation
let tries = 0, over = false, up = false, soon = false, quiet = false; // up: the connection is ready, whosever it is
/** @type {WebSocket | undefined} */ let socket;
/** @type {number | undefined} */ let retry, letGo;

/** Hears frames of an op. 'down' is heard when the connection is lost. */
export function on(/** @type {string} */ op, /** @type {Listener} */ listener) {
  listeners.set(op, (listeners.get(op) ?? new Set()).add(listener));
}

/** Sends a frame; false when there is no connection. */
export function send(/** @type {Frame} */ frame) {
  if (!up || leads() && socket?.readyState !== WebSocket.OPEN) return false;
  if (leads()) socket?.send(JSON.stringify(frame)); else post({ send: frame });
  return true;
}
/** Names a conversation to resume, and the last seq that the page shows of it. */
export function follow(/** @type {string} */ id, /** @type {() => number} */ seq) { positions.set(id, seq); }

/** Has the connection come back with the positions of now. */
export function resume() { if (leads()) again(); else greet(true); }

/** Connects anew, at once. */
function again() {
  if (!up) return;
  [up, soon] = [false, true];
  socket?.close();
}

/** What this page watches. */
export function topics() {
  return [...new Set([...document.querySelectorAll('[data-watch]')].map(e => e.getAttribute('data-watch') ?? ''))];
}

/** Tells the leader where this tab is; anew has it connect again from there. */
function greet(anew = false) { post({ hello: [...positions].map(([id, seq]) => [id, seq()]), topics: topics(), anew, fresh: !up }); }

function begin() {
  quiet = false;
  if (!live || over || document.hidden || !(positions.size || topics().length)) return;
  greet();
  seek(() => { post({ who: true }); connect(); });
}

/** Lets go of the connection, so that a tab that is seen takes it. */
function end() {
  quiet = true;
  clearTimeout(retry);
  yieldLead();
  socket?.close();
}

function connect() {
  clearTimeout(retry);
  if (over || socket || !leads() || !live) return;
  const url = new URL(live, location.href), from = places();
  url.protocol = url.protocol.replace('http', 'ws');
  for (const [id, seq] of positions) from.set(id, Math.min(seq(), from.get(id) ?? Infinity));
  const since = [...from].map(([id, seq]) => `${id}.${seq}`).join(), watch = [...new Set([...topics(), ...watched()])].join();
  url.search = `${new URLSearchParams({ v: '1', epoch, since, watch })}`;
  const mine = socket = new WebSocket(url);
  let after = -1;
  mine.onmessage = e => {
    const frame = /** @type {Frame} */ (JSON.parse(e.data));
    if (frame.op === 'bye') after = frame.after_ms;
    if (frame.op === 'ready') for (const [id, head] of frame.convs) heads.set(id, from.get(id) ?? head);
    if (frame.op === 'ev') heads.set(frame.c, frame.seq);
    post({ frame });
    hear(frame);
    if (frame.op === 'ready') post({ who: true }); // where each tab is by now
  };
  mine.onclose = () => {
    if (socket !== mine) return;
    socket = undefined;
    post({ frame: { op: 'down' } });
    hear({ op: 'down' });
    if (over || quiet || !leads()) return;
    post({ who: true });
    const wait = after >= 0 ? after : Math.random() * Math.min(longestWait, firstWait * 2 ** tries++);
    retry = setTimeout(connect, soon ? 0 : wait);
    soon = false;
  };
}

function hear(/** @type {Frame} */ frame) {
  if (frame.op === 'down' || frame.op === 'bye') up = false;
  if (frame.op === 'bye') over = !frame.again;
  if (frame.op === 'ready') {
    if (epoch && frame.epoch !== epoch) return reload(frame.epoch);
    [up, tries] = [true, 0];
  }
  listeners.get(frame.op)?.forEach(heard => heard(frame));
}

attend(said => {
  if (said.frame) return hear(said.frame);
  if (said.who) return greet();
  if (!leads()) return;
  if (said.send) send(said.send);
  if (said.hello) welcome(said);
  if (said.gone) for (const topic of drop(said.tab)) send({ op: 'unwatch', topic });
});

/** A tab says where it is: what it lacks is sent to all again, what it watches is watched. */
function welcome(/** @type {any} */ said) {
  for (const topic of note(said)) send({ op: 'watch', topic });
  let lacks = said.anew;
  for (const [id, seq] of up ? said.hello : []) {
    lacks ||= (heads.get(id) ?? Infinity) > seq; // a conversation may be younger than the connection
    heads.set(id, heads.get(id) ?? seq);
  }
  if (lacks) again(); else if (up && said.fresh) post({ to: said.tab, frame: { op: 'ready', epoch, convs: said.hello } });
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(letGo);
  if (document.hidden) letGo = setTimeout(end, hiddenFor); else begin();
});
addEventListener('online', connect);
addEventListener('pagehide', () => { end(); post({ gone: true }); });
addEventListener('pageshow', e => { if (e.persisted) begin(); });
// By then every module of the page has said what it follows.
if (document.readyState === 'complete') begin(); else addEventListener('DOMContentLoaded', begin);
