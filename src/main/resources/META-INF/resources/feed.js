/*
 * The connection of the live feed: what it listens to, and what is retained.
 */

import { describe, laterWhenVisible, readBody, retryAfterMs, TOO_MANY } from './answers.js';
import { clearFeed, receive } from './list.js';
import { byId, grouped, messages, setText, showFieldError } from './view.js';

const FEED_RETRY_MS = 5_000;

const filterInput = byId('filter');
const feedSource = byId('feed-source');
let source = null;
let cancelRetry = () => {};
let changed = () => {};

/** Whether the stream is open. */
export const isListening = () => source?.readyState === EventSource.OPEN;

/** What to call when that may have changed. */
export function onListening(action) {
  changed = action;
}

export function applyFilter(filter) {
  clearFeed();
  showFieldError(filterInput, '');
  setText(feedSource, 'Connecting …');
  openFeed(filter);
}

function openFeed(filter) {
  source?.close();
  cancelRetry();
  const opened = new EventSource(filter ? `messages?${new URLSearchParams({ topic: filter })}` : 'messages');
  source = opened;
  opened.onopen = () => {
    setText(feedSource, filter ? `Listening to ${filter}` : 'Listening to what the consumer receives');
    changed();
  };
  opened.onmessage = receive;
  opened.addEventListener('dropped', receive);
  opened.onerror = () => {
    changed();
    if (opened.readyState === EventSource.CLOSED) {
      explainRefusal(opened, filter);
    } else {
      setText(feedSource, 'Connection lost, trying again');
    }
  };
}

/** An EventSource keeps the answer that closed it to itself, so ask once more and show that. */
async function explainRefusal(refused, filter) {
  const problem = await askWhy(refused.url);
  if (refused !== source) {
    return; // another filter has been applied meanwhile
  }
  const tooMany = problem?.status === TOO_MANY;
  const atFault = problem?.status >= 400 && problem?.status < 500 && !tooMany;
  if (atFault && filter) {
    showFieldError(filterInput, problem.text);
    setText(feedSource, 'Not listening: the topic filter was refused');
  } else if (atFault) {
    setText(feedSource, `Not listening: ${problem.text}`);
  } else {
    const retryMs = problem?.retryMs ?? FEED_RETRY_MS;
    const when = tooMany ? ` in ${grouped(retryMs / 1_000)} s` : '';
    setText(feedSource, `Not listening, trying again${when}${problem ? `: ${problem.text}` : ''}`);
    cancelRetry = laterWhenVisible(retryMs, () => openFeed(filter));
  }
}

/** The status and reason with which the gateway refuses the feed, and when it may be asked again; null if it does not, or cannot be reached. */
async function askWhy(url) {
  const stop = new AbortController();
  try {
    const response = await fetch(url, { headers: { Accept: 'text/event-stream' }, signal: stop.signal });
    if (response.ok) {
      return null;
    }
    return {
      status: response.status,
      text: describe(await readBody(response)) || `HTTP ${response.status}`,
      retryMs: retryAfterMs(response),
    };
  } catch {
    return null;
  } finally {
    stop.abort();
  }
}

byId('filter-form').addEventListener('submit', (event) => {
  event.preventDefault();
  // A blank at the end would be part of another topic.
  filterInput.value = filterInput.value.trim();
  applyFilter(filterInput.value);
});

byId('retained').addEventListener('click', showRetained);

/** Adds what the broker retains for the filter to the list. */
async function showRetained() {
  filterInput.value = filterInput.value.trim();
  showFieldError(filterInput, '');
  try {
    const response = await fetch(`retained?${new URLSearchParams({ topic: filterInput.value })}`, {
      headers: { Accept: 'application/json' },
    });
    const body = await readBody(response);
    if (response.ok) {
      const retained = [].concat(body);
      retained.forEach((message) => receive({ type: 'message', data: JSON.stringify(message) }));
      const more = response.headers.has('Mqtt-Retained-More') ? ', and there are more' : '';
      setText(feedSource, `${messages(retained.length)} retained${more}`);
    } else if (response.status === 404) {
      setText(feedSource, `Nothing is retained on ${filterInput.value}`);
    } else if (response.status === TOO_MANY) {
      setText(feedSource, `Not read: ${describe(body)}`);
    } else {
      showFieldError(filterInput, describe(body) || `HTTP ${response.status}`);
    }
  } catch (error) {
    showFieldError(filterInput, error.message);
  }
}
