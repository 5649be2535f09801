/*
 * The list of what has arrived: paused, cleared, counted, and read out to screen readers.
 */

import { countForChart } from './rate.js';
import { byId, grouped, messages, setText, toEntry } from './view.js';

const MAX_ENTRIES = 500;
const ANNOUNCE_INTERVAL_MS = 10_000;

const feed = byId('feed');
const pauseButton = byId('pause');
let pending = []; // events not in the list yet, oldest first
let frame = 0;
let paused = false;
let received = 0;
let announced = 0;
let receivedBeforePause = 0;

export function receive(event) {
  if (event.type === 'message') {
    received++;
    countForChart();
  }
  pending.push(event);
  if (pending.length > MAX_ENTRIES) {
    pending.shift();
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
  feed.prepend(...pending.reverse().map(toEntry));
  pending = [];
  while (feed.childElementCount > MAX_ENTRIES) {
    feed.lastElementChild.remove();
  }
}

function showCount() {
  const kept = received > MAX_ENTRIES ? `, the last ${MAX_ENTRIES} shown` : '';
  const count = paused ? `Paused, ${grouped(received - receivedBeforePause)} new` : messages(received) + kept;
  setText(byId('feed-count'), count);
}

export function clearFeed() {
  pending = [];
  received = announced = receivedBeforePause = 0;
  feed.replaceChildren();
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

pauseButton.addEventListener('click', togglePause);
byId('clear').addEventListener('click', clearFeed);
setInterval(announceNews, ANNOUNCE_INTERVAL_MS);
