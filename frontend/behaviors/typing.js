// @ts-check
/**
 * Says that somebody is writing, here and to the others.
 *
 * Expected in the page:
 *   <ol id="messages" data-conversation="ID" data-viewer="ID" data-typing="sentence">
 *   <form id="composer">  textarea
 *   <p id="typing" aria-hidden="true"></p>       not read aloud: it would interrupt who listens
 */
import { on, send } from './wire.js';

const every = 3_000, shownFor = 5_000; // ms
const { conversation: c, viewer, typing } = /** @type {HTMLElement} */ (document.getElementById('messages')).dataset;
const line = /** @type {HTMLElement} */ (document.getElementById('typing'));
let told = 0;
/** @type {number | undefined} */ let over;

document.querySelector('#composer textarea')?.addEventListener('input', () => {
  if (Date.now() - told > every && send({ op: 'typing', c })) told = Date.now();
});
on('eph', frame => {
  if (frame.c !== c || frame.from === viewer) return;
  clearTimeout(over);
  line.textContent = typing ?? '';
  over = setTimeout(() => { line.textContent = ''; }, shownFor);
});
