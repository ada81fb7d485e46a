// @ts-check
/**
 * The tabs of one person in one browser: one of them leads.
 *
 * Expected in the page:
 *   <body data-live="/live" data-epoch="…" data-viewer="ID">
 *
 * A lock says who leads, and a channel carries what tabs tell each other. The tabs that are seen wait for the lock, so
 * when the leader is closed, or hidden for a minute, another one takes over; when none is seen there is no connection. A
 * browser without locks or channels has no shared tabs: each leads itself.
 */
const { live, epoch = '', viewer = '' } = document.body.dataset;
const name = `live:${viewer}:${epoch}`, tab = `${Math.random()}`;
const channel = live && 'locks' in navigator && 'BroadcastChannel' in window ? new BroadcastChannel(name) : undefined;
/** @type {Map<string, string[]>} */ const watches = new Map(); // topics of the other tabs
/** @type {Map<string, number>} */ const wanted = new Map(); // the least seq that another tab is at, by conversation
/** @type {AbortController | undefined} */ let turn; // the wait for the lock, or the holding of it
/** @type {(() => void) | undefined} */ let release; // ends the holding

/** Whether this tab leads. */
export const leads = () => !channel || release !== undefined;

/** Tells the other tabs something. */
export function post(/** @type {any} */ said) { channel?.postMessage({ tab, ...said }); }

/** Hears what the other tabs say to all or to this one. */
export function attend(/** @type {(said: any) => void} */ hear) {
  if (channel) channel.onmessage = e => { if (!e.data.to || e.data.to === tab) hear(e.data); };
}

/** Waits for the lead, and begins once it is this tab's. */
export function seek(/** @type {() => void} */ begin) {
  if (!channel) return begin();
  if (turn) return;
  turn = new AbortController();
  navigator.locks.request(name, { signal: turn.signal }, () => new Promise(done => {
    release = () => done(undefined);
    begin();
  })).catch(() => { /* given up: the tab was hidden */ });
}

/** Lets another tab lead. */
export function yieldLead() {
  turn?.abort();
  release?.();
  turn = release = undefined;
}

/** Notes where another tab is and what it watches; what is new of the latter is returned. */
export function note(/** @type {any} */ said) {
  const known = watched();
  watches.set(said.tab, said.topics);
  for (const [id, seq] of said.hello) wanted.set(id, Math.min(seq, wanted.get(id) ?? Infinity));
  return /** @type {string[]} */ (said.topics).filter(topic => !known.includes(topic));
}

/** Forgets a tab that is gone; what nobody watches any more is returned. */
export function drop(/** @type {string} */ gone) {
  const topics = watches.get(gone) ?? [];
  watches.delete(gone);
  return topics.filter(topic => !watched().includes(topic));
}

/** What the other tabs watch. */
export const watched = () => [...watches.values()].flat();

/** Where the other tabs are, since the last time: each says it anew when the connection is lost. */
export function places() {
  const all = new Map(wanted);
  wanted.clear();
  return all;
}
