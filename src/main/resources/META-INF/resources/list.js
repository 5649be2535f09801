/*
 * The list of what has arrived: held in memory within bounds, searched, paused, cleared, counted, and read out to screen readers.
 */

import { countForChart } from './rate.js';
import { clearValues, drawValues, noteValues } from './values.js';
import { byId, grouped, messages, setText, toEntry } from './view.js';

const MAX_ENTRIES = 500;
// With messages of the largest size, 500 of them would fill the memory of the page.
const MAX_CHARS = 16 * 2 ** 20;
const ANNOUNCE_INTERVAL_MS = 10_000;

const feed = byId('feed');
const pauseButton = byId('pause');
const searchInput = byId('search');
const actions = new Map(); // what the buttons of an entry do with its message
const dataOf = new WeakMap(); // the message of an entry
let pending = []; // events not in the list yet, oldest first
let pendingChars = 0;
let shownChars = 0;
let frame = 0;
let paused = false;
let received = 0;
let announced = 0;
let receivedBeforePause = 0;

/** Says what a button of an entry does with the message of the entry. */
export function onAction(name, action) {
  actions.set(name, action);
}

export function receive(event) {
  if (event.type === 'message') {
    received++;
    countForChart();
  }
  pending.push(event);
  pendingChars += event.data.length;
  while (pending.length > MAX_ENTRIES || (pendingChars > MAX_CHARS && pending.length > 1)) {
    pendingChars -= pending.shift().data.length;
  }
  scheduleFrame();
}

/** A busy topic brings thousands of events a second; the document changes once per frame. */
function scheduleFrame() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    if (!paused) {
      showPending();
    }
    showCount();
  });
}

function showPending() {
  const entries = pending.map(addEntry);
  feed.prepend(...entries.reverse());
  pending = [];
  pendingChars = 0;
  while (feed.childElementCount > MAX_ENTRIES || (shownChars > MAX_CHARS && feed.childElementCount > 1)) {
    shownChars -= dataOf.get(feed.lastElementChild).chars;
    feed.lastElementChild.remove();
  }
  drawValues();
}

function addEntry(event) {
  const data = JSON.parse(event.data);
  const isMessage = event.type !== 'dropped';
  const entry = toEntry(isMessage, data);
  dataOf.set(entry, { message: isMessage ? data : null, chars: event.data.length });
  shownChars += event.data.length;
  entry.hidden = !isFound(entry, searched());
  if (isMessage) {
    noteValues(data);
  }
  return entry;
}

const searched = () => searchInput.value.toLowerCase();

/** Whether the text is in the topic, the payload or a property of the message. */
function isFound(entry, text) {
  const { message } = dataOf.get(entry);
  return !text || (message !== null && [message.topic, message.payload, JSON.stringify(message.properties ?? '')]
    .some((part) => part.toLowerCase().includes(text)));
}

function search() {
  const text = searched();
  for (const entry of feed.children) {
    entry.hidden = !isFound(entry, text);
  }
  showCount();
}

function showCount() {
  const kept = received > feed.childElementCount ? `, the last ${grouped(feed.childElementCount)} shown` : '';
  const count = paused ? `Paused, ${grouped(received - receivedBeforePause)} new` : messages(received) + kept;
  setText(byId('feed-count'), count);
  setText(byId('search-count'), searchInput.value ? foundText() : '');
}

function foundText() {
  const all = feed.childElementCount;
  return `${grouped(all - feed.querySelectorAll(':scope > [hidden]').length)} of ${grouped(all)} found`;
}

export function clearFeed() {
  pending = [];
  pendingChars = shownChars = 0;
  received = announced = receivedBeforePause = 0;
  feed.replaceChildren();
  clearValues();
  byId('feed-news').textContent = '';
  showCount();
}

function togglePause() {
  paused = !paused;
  receivedBeforePause = received;
  pauseButton.textContent = paused ? 'Resume' : 'Pause';
  scheduleFrame();
}

/** Tells screen readers how much has arrived; reading out each message would leave no time for anything else. */
function announceNews() {
  if (received > announced) {
    byId('feed-news').textContent = `${messages(received - announced)} more, ${grouped(received)} in all`;
    announced = received;
  }
}

feed.addEventListener('click', ({ target }) => {
  const button = target.closest('button[data-action]');
  if (button) {
    actions.get(button.dataset.action)(dataOf.get(button.closest('li')).message, button);
  }
});
pauseButton.addEventListener('click', togglePause);
searchInput.addEventListener('input', search);
byId('clear').addEventListener('click', clearFeed);
setInterval(announceNews, ANNOUNCE_INTERVAL_MS);
