/*
 * The form: publish a message, or send a request and show its answer.
 */

import { describe, readBody, retryAfterMs, TOO_MANY } from './answers.js';
import { byId, clock, element, grouped, setState, setText, showFieldError } from './view.js';

// Longer than the gateway itself waits for the broker, so that its own answer comes first.
const PUBLISH_TIMEOUT_MS = 90_000;
const MAX_EARLIER_ANSWERS = 5;

const publishForm = byId('publish-form');
const PROPERTIES = ['content-type', 'message-expiry', 'response-topic', 'correlation-data', 'user-properties'];
const publishInputs = ['topic', 'msg', 'qos', 'retain', 'base64', ...PROPERTIES, 'reply-to', 'timeout'].map(byId);
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
  const [topic, msg, qos, retain, base64] = publishInputs;
  const encoding = base64.checked ? { encoding: 'base64' } : {};
  const message = { topic: topic.value, msg: msg.value, qos: Number(qos.value), retain: retain.checked, ...encoding };
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

/** Fills in the form with a message that has come, for the reader to send: nothing is published by a slip of the mouse. */
export function publishAgain(message) {
  const { contentType, messageExpiryInterval, responseTopic, correlationData, userProperties } = message.properties ?? {};
  const user = Object.entries(userProperties ?? {}).flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`));
  const values = [contentType, messageExpiryInterval, responseTopic, correlationData, user.join('\n')];
  PROPERTIES.forEach((id, index) => {
    byId(id).value = values[index] ?? '';
  });
  const [topic, msg, qos, retain, base64] = publishInputs;
  topic.value = message.topic;
  msg.value = message.payload;
  qos.value = String(message.qos);
  retain.checked = message.retain;
  base64.checked = message.encoding === 'base64';
  byId('properties').open = values.some(Boolean);
  showViolations([]);
  byId('send').focus();
}

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
