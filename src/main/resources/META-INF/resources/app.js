/*
 * The page of the gateway: publish a message, watch what arrives, see which connections stand.
 *
 * Topics and payloads come from anybody who can reach the broker; they enter the document as text only, never
 * as markup. All URLs are relative, so that the page also works behind a proxy that serves the gateway under a path.
 */

import {
  byId, clock, countForChart, drawChart, element, grouped, messages, setState, setText, showFieldError, toEntry,
} from './view.js';

const MAX_ENTRIES = 500;
const MAX_EARLIER_ANSWERS = 5;
const ANNOUNCE_INTERVAL_MS = 10_000;
const FEED_RETRY_MS = 5_000;
const STATUS_INTERVAL_MS = 2_000;
const STATUS_TIMEOUT_MS = 5_000;
// Longer than the gateway itself waits for the broker, so that its own answer comes first.
const PUBLISH_TIMEOUT_MS = 90_000;

/** The JSON body of an answer; empty if there is none, as when a proxy answers in place of the gateway. */
async function readBody(response) {
  try {
    return (await response.json()) ?? {};
  } catch {
    return {};
  }
}

/** Runs later, and not before somebody looks: a hidden tab asks the gateway for nothing. Returns what stops it. */
function laterWhenVisible(milliseconds, action) {
  const stop = new AbortController();
  const run = () => {
    if (document.hidden) {
      document.addEventListener('visibilitychange', run, { once: true, signal: stop.signal });
    } else {
      action();
    }
  };
  const timer = setTimeout(run, milliseconds);
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}

const describe = (problem) => problem.detail ?? problem.title ?? '';

const TOO_MANY = 429;

/** For how long the gateway asks not to come back; undefined if it does not say. */
function retryAfterMs(response) {
  const seconds = Number(response.headers.get('Retry-After'));
  return seconds > 0 ? seconds * 1_000 : undefined;
}

// Publish

const publishForm = byId('publish-form');
const PROPERTIES = ['content-type', 'message-expiry', 'response-topic', 'correlation-data', 'user-properties'];
const publishInputs = ['topic', 'msg', 'qos', 'retain', ...PROPERTIES, 'reply-to', 'timeout'].map(byId);
const replyText = byId('reply');
const answerLine = byId('answer');
const sendButtons = ['send', 'request'].map(byId);
let lastAnswer = null;
let waiting = false; // because the gateway has answered 429

/** Sends what the form says: to be published, or as a request, whose answer is shown as well. */
async function publish(path = 'publish') {
  if (waiting) {
    return;
  }
  retireAnswer();
  replyText.hidden = true;
  setState(answerLine, 'waiting', path === 'request' ? 'Waiting for an answer …' : 'Sending …');
  const message = path === 'request' ? { ...messageToPublish(), ...requestOptions() } : messageToPublish();
  const answer = await post(path, message);
  showViolations(answer.violations);
  // Another answer may have come in while this one was awaited.
  retireAnswer();
  lastAnswer = { ok: answer.ok, text: `${clock.format(new Date())} ${message.topic || '(no topic)'}: ${answer.text}` };
  setState(answerLine, answer.ok ? 'up' : 'down', answer.text);
  if (answer.retryMs) {
    holdBack(answer.retryMs);
  }
  if (answer.ok && path === 'request') {
    replyText.textContent = answer.body.payload;
    replyText.hidden = false;
  }
}

/** Sends nothing for a while. The buttons stay where they are, also for the keyboard. */
function holdBack(milliseconds) {
  waiting = true;
  sendButtons.forEach((button) => button.setAttribute('aria-disabled', 'true'));
  setText(byId('send-wait'), `Too many messages: the next one can be sent in ${grouped(milliseconds / 1_000)} s`);
  setTimeout(() => {
    waiting = false;
    sendButtons.forEach((button) => button.removeAttribute('aria-disabled'));
    setText(byId('send-wait'), '');
  }, milliseconds);
}

function messageToPublish() {
  const [topic, msg, qos, retain] = publishInputs;
  const message = { topic: topic.value, msg: msg.value, qos: Number(qos.value), retain: retain.checked };
  const properties = givenProperties();
  return Object.keys(properties).length > 0 ? { ...message, properties } : message;
}

/** The number that the text is; else the text, for the gateway to say what is wrong with it. */
const numberOrText = (text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text);

function givenProperties() {
  const [contentType, expiry, responseTopic, correlationData, userProperties] = PROPERTIES.map((id) => byId(id).value);
  return withoutEmpty({
    contentType,
    messageExpiryInterval: numberOrText(expiry),
    responseTopic,
    correlationData,
    userProperties: toUserProperties(userProperties),
  });
}

function toUserProperties(text) {
  const properties = Object.create(null);
  for (const line of text.split('\n').filter(Boolean)) {
    const [name] = line.split('=', 1);
    (properties[name] ??= []).push(line.slice(name.length + 1));
  }
  return Object.keys(properties).length > 0 ? properties : '';
}

const requestOptions = () => withoutEmpty({
  replyTo: byId('reply-to').value,
  timeout: numberOrText(byId('timeout').value),
});

const withoutEmpty = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));

/** Sends one message; never throws, because no answer is an outcome to show as well. */
async function post(path, message) {
  const started = performance.now();
  const elapsed = () => `${grouped(Math.round(performance.now() - started))} ms`;
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(PUBLISH_TIMEOUT_MS),
    });
    const body = await readBody(response);
    const code = Number.isInteger(body.code) ? `, code ${body.code}` : '';
    const reason = response.ok ? '' : describe(body);
    return {
      ok: response.ok,
      text: `HTTP ${response.status}${code}, ${elapsed()}${reason && `: ${reason}`}`,
      violations: body.violations ?? [],
      retryMs: response.status === TOO_MANY ? retryAfterMs(response) : undefined,
      body,
    };
  } catch (error) {
    return { ok: false, text: `No answer, ${elapsed()}: ${error.message}`, violations: [] };
  }
}

function showViolations(violations) {
  for (const input of publishInputs) {
    const own = violations.filter(({ field }) => field === input.name);
    showFieldError(input, own.map(({ message }) => message).join('; '));
  }
  const wrong = publishForm.querySelector('[aria-invalid]');
  wrong?.closest('details')?.setAttribute('open', '');
  wrong?.focus();
}

/** Moves the answer on display to the list of earlier ones. */
function retireAnswer() {
  if (!lastAnswer) {
    return;
  }
  const entry = element('li');
  setState(entry, lastAnswer.ok ? 'up' : 'down', lastAnswer.text);
  lastAnswer = null;
  const list = byId('earlier-answers');
  list.prepend(entry);
  list.children[MAX_EARLIER_ANSWERS]?.remove();
  byId('earlier').hidden = false;
}

publishForm.addEventListener('submit', (event) => {
  event.preventDefault();
  publish();
});

byId('request').addEventListener('click', () => publish('request'));

publishForm.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) {
    event.preventDefault();
    publishForm.requestSubmit();
  }
});

// Feed: the list

const feed = byId('feed');
const pauseButton = byId('pause');
let pending = []; // events not in the list yet, oldest first
let frame = 0;
let paused = false;
let received = 0;
let announced = 0;
let receivedBeforePause = 0;

function receive(event) {
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

function clearFeed() {
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

// Feed: the connection

const filterInput = byId('filter');
const feedSource = byId('feed-source');
let source = null;
let cancelRetry = () => {};

function applyFilter(filter) {
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
    showGateway();
  };
  opened.onmessage = receive;
  opened.addEventListener('dropped', receive);
  opened.onerror = () => {
    showGateway();
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

// State of the gateway and of its connections to the broker

const brokerState = byId('broker-state');
let reachable = null; // not known before the first check

async function checkStatus() {
  try {
    const signal = AbortSignal.timeout(STATUS_TIMEOUT_MS);
    const response = await fetch('status', { cache: 'no-store', signal });
    const { broker } = await response.json();
    reachable = true;
    showBroker(broker);
  } catch {
    reachable = false;
    showBroker(undefined);
  }
  showGateway();
  laterWhenVisible(STATUS_INTERVAL_MS, checkStatus);
}

function showGateway() {
  const state = byId('gateway-state');
  if (reachable === false) {
    setState(state, 'down', 'Gateway: not reachable');
  } else if (source.readyState === EventSource.OPEN) {
    setState(state, 'up', 'Gateway: connected');
  } else {
    setState(state, 'waiting', reachable ? 'Gateway: reachable, live feed not connected' : 'Gateway: connecting');
  }
}

function showBroker(broker) {
  if (broker?.messages || broker?.publish) {
    setState(brokerState, broker.connected ? 'up' : 'down', `Broker: ${brokerText(broker)}`);
  } else {
    setState(brokerState, 'waiting', 'Broker: not known');
  }
}

/** One sentence if the consumer's connection and the publisher's say the same, else both. */
function brokerText({ messages, publish }) {
  const consumer = messages?.text ?? 'not known';
  const publisher = publish?.text ?? 'not known';
  return consumer === publisher ? consumer : `consumer ${consumer}; publisher ${publisher}`;
}

applyFilter('');
checkStatus();
setInterval(drawChart, 1_000);
