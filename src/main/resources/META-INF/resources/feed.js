/*
 * The connection of the live feed: what it listens to, and what is retained.
 */

import { describe, laterWhenVisible, readBody, retryAfterMs, TOO_MANY } from './answers.js';
import { showFilterError } from './filters.js';
import { clearFeed, receive } from './list.js';
import { byId, grouped, messages, setText } from './view.js';

const FEED_RETRY_MS = 5_000;
const NOT_FOUND = 404;

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

/** Listens to what the filters match; without one, to what the consumer receives. */
export function listen(filters) {
  clearFeed();
  showFilterError('');
  setText(feedSource, 'Connecting …');
  open(filters);
}

const addressOf = (path, filters) => `${path}?${new URLSearchParams(filters.map((filter) => ['topic', filter]))}`;

function open(filters) {
  source?.close();
  cancelRetry();
  const opened = new EventSource(filters.length > 0 ? addressOf('messages', filters) : 'messages');
  source = opened;
  opened.onopen = () => {
    setText(feedSource, `Listening to ${filters.length > 0 ? filters.join(', ') : 'what the consumer receives'}`);
    changed();
  };
  opened.onmessage = receive;
  opened.addEventListener('dropped', receive);
  opened.addEventListener('end', ({ data }) => {
    opened.close();
    setText(feedSource, `Not listening: ${JSON.parse(data).reason}`);
    changed();
  });
  opened.onerror = () => {
    changed();
    if (opened.readyState === EventSource.CLOSED) {
      explainRefusal(opened, filters);
    } else {
      setText(feedSource, 'Connection lost, trying again');
    }
  };
}

/** An EventSource keeps the answer that closed it to itself, so ask once more and show that. */
async function explainRefusal(refused, filters) {
  const problem = await askWhy(refused.url);
  if (refused !== source) {
    return; // other filters have been applied meanwhile
  }
  const tooMany = problem?.status === TOO_MANY;
  const atFault = problem?.status >= 400 && problem?.status < 500 && !tooMany;
  if (atFault && filters.length > 0) {
    showFilterError(problem.text);
    setText(feedSource, 'Not listening: the topic filter was refused');
  } else if (atFault) {
    setText(feedSource, `Not listening: ${problem.text}`);
  } else {
    const retryMs = problem?.retryMs ?? FEED_RETRY_MS;
    const when = tooMany ? ` in ${grouped(retryMs / 1_000)} s` : '';
    setText(feedSource, `Not listening, trying again${when}${problem ? `: ${problem.text}` : ''}`);
    cancelRetry = laterWhenVisible(retryMs, () => open(filters));
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

/** Adds what the broker retains for the filters to the list. */
export async function showRetained(filters) {
  showFilterError('');
  // Without a filter the gateway says what is missing.
  const reads = (filters.length > 0 ? filters : ['']).map(readRetained);
  const outcomes = await Promise.all(reads);
  const retained = outcomes.flatMap((outcome) => outcome.messages ?? []);
  retained.forEach((message) => receive({ type: 'message', data: JSON.stringify(message) }));
  showFilterError(outcomes.map(({ error }) => error).filter(Boolean).join('; '));
  const notRead = outcomes.find((outcome) => outcome.notRead)?.notRead;
  const more = outcomes.some((outcome) => outcome.more) ? ', and there are more' : '';
  const nothing = `Nothing is retained on ${filters.join(', ')}`;
  if (notRead) {
    setText(feedSource, `Not read: ${notRead}`);
  } else if (outcomes.some((outcome) => outcome.messages)) {
    setText(feedSource, retained.length > 0 ? `${messages(retained.length)} retained${more}` : nothing);
  }
}

/** What is retained for one filter, or why it was not read: an error of the filter, or one that passes. */
async function readRetained(filter) {
  try {
    const response = await fetch(addressOf('retained', [filter]), { headers: { Accept: 'application/json' }, cache: 'no-store' });
    const body = await readBody(response);
    if (response.ok) {
      return { messages: [].concat(body), more: response.headers.has('Mqtt-Retained-More') };
    }
    if (response.status === NOT_FOUND) {
      return { messages: [] };
    }
    const problem = describe(body) || `HTTP ${response.status}`;
    return response.status === TOO_MANY ? { notRead: problem } : { error: problem };
  } catch (error) {
    return { notRead: error.message };
  }
}
