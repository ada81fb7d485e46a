// @ts-check
/**
 * Sends a message with files without leaving the page, and shows the files of messages that arrive.
 *
 * Expected in the page:
 *   <form id="composer">  inputs of the type file in a <fieldset data-sending data-large>
 *   <li class="message" id="m-SEQ">, whose page /conversations/ID/messages/SEQ has a <ul class="files">
 *
 * Files are not kept in the browser: what can't be sent stays in the form, or goes the page's own way, which says why.
 */
import { here, list, part } from './entries.js';
import { say } from './live.js';
import { on } from './wire.js';

const most = 16 << 20; // bytes together, which the server takes
const form = /** @type {HTMLFormElement} */ (document.getElementById('composer'));
const words = form.querySelector('fieldset')?.dataset ?? {};

form.addEventListener('submit', async e => {
  const data = new FormData(form), sizes = [...data.values()].map(value => value instanceof File ? value.size : 0);
  const sum = sizes.reduce((a, b) => a + b, 0), button = /** @type {HTMLButtonElement} */ (form.querySelector('.button-main'));
  if (!sum) return; // an ordinary message
  e.preventDefault();
  e.stopImmediatePropagation();
  if (button.disabled) return;
  if (sum > most) return say(words.large ?? '');
  say(words.sending ?? '');
  button.disabled = true;
  const answer = await fetch(form.action, { method: 'POST', body: data, headers: { Accept: 'application/json' } }).catch(() => undefined);
  button.disabled = false;
  if (!answer) return say(list.dataset.failed ?? ''); // it stays in the form
  if (!answer.ok) return form.submit();
  form.reset();
  say('');
}, true);

on('ev', async ev => {
  if (ev.k !== 'files' || here !== '/conversations/' + ev.c) return;
  const item = document.getElementById('m-' + ev.seq);
  if (!item || item.querySelector('.files')) return;
  const answer = await fetch(`${here}/messages/${ev.seq}`, { headers: { Accept: 'text/html' } }).catch(() => undefined);
  const files = answer?.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('.files');
  if (files && !item.querySelector('.files')) part(item, '.message-text').after(document.adoptNode(files));
});
