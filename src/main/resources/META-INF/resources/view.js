/*
 * How things are shown: times and numbers, states, field errors, the entries of the feed. Where they come from is the
 * business of the other modules.
 */

const MAX_PAYLOAD_CHARS = 32_768;
const FOLDED_CHARS = 1_000;
const FOLDED_LINES = 12;

export const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23',
});

export const grouped = (number) => number.toLocaleString('en');
export const messages = (count) => `${grouped(count)} ${count === 1 ? 'message' : 'messages'}`;

export const byId = (id) => document.getElementById(id);

export function element(tag, className = '', text = '') {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

/** Leaves an unchanged text alone: a screen reader may read a status again whenever it is set. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

export function setState(node, state, text) {
  node.dataset.state = state;
  setText(node, text);
}

/** Shows what is wrong with a field beside it; an empty text says that nothing is. */
export function showFieldError(input, text) {
  const error = byId(`${input.id}-error`);
  error.textContent = text;
  error.hidden = !text;
  if (text) {
    input.setAttribute('aria-invalid', 'true');
  } else {
    input.removeAttribute('aria-invalid');
  }
}

// Entries of the feed

/** The list item for an event of the feed, a message or a gap. */
export function toEntry(isMessage, data) {
  return isMessage ? toMessage(data) : toGap(data);
}

const toGap = ({ count }) => element('li', 'gap', `${messages(count)} left out: faster than this page could take them`);

function toMessage(data) {
  const entry = element('li', 'message');
  const json = data.encoding ? null : indentJson(data.payload);
  const payload = element('pre', 'payload', json ?? data.payload.slice(0, MAX_PAYLOAD_CHARS));
  payload.dir = json ? 'ltr' : 'auto';
  entry.append(element('p', 'topic', data.topic), toMeta(data), payload);
  const buttons = element('div', 'actions');
  if (isLong(payload.textContent)) {
    buttons.append(foldable(payload));
  }
  buttons.append(action('copy', 'Copy'), action('again', 'Publish again …'));
  entry.append(buttons);
  return entry;
}

/** A button whose meaning the list knows. */
function action(name, text) {
  const button = element('button', '', text);
  button.type = 'button';
  button.dataset.action = name;
  return button;
}

function toMeta(data) {
  const meta = element('p', 'meta');
  const time = element('time', '', clock.format(new Date(data.receivedAt)));
  time.dateTime = data.receivedAt;
  meta.append(time, ` QoS ${data.qos}`);
  const tags = [
    data.retain && 'retained',
    data.encoding,
    data.payload.length > MAX_PAYLOAD_CHARS
      && `first ${grouped(MAX_PAYLOAD_CHARS)} of ${grouped(data.payload.length)} characters`,
  ];
  for (const tag of tags.filter(Boolean)) {
    meta.append(' ', element('span', 'tag', tag));
  }
  return meta;
}

const isLong = (text) => text.length > FOLDED_CHARS || text.split('\n', FOLDED_LINES + 1).length > FOLDED_LINES;

/** Folds a long payload, and returns the button that shows all of it. */
function foldable(payload) {
  const button = element('button');
  button.type = 'button';
  const fold = (folded) => {
    payload.classList.toggle('folded', folded);
    button.setAttribute('aria-expanded', String(!folded));
    button.textContent = folded ? 'Show all' : 'Show less';
  };
  button.addEventListener('click', () => fold(!payload.classList.contains('folded')));
  fold(true);
  return button;
}

/**
 * The text with line breaks and indentation; null if it is no JSON object or array, or grows too long. Only white space
 * changes: JSON.stringify would round large numbers and drop repeated keys.
 */
function indentJson(text) {
  if (text.length > MAX_PAYLOAD_CHARS || !isJsonContainer(text)) {
    return null;
  }
  let indented = '';
  let newline = '\n';
  let opened = false;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[^\s"{}[\]:,]+|\S/g)) {
    const closes = token === '}' || token === ']';
    if (closes) {
      newline = newline.slice(0, -2);
    }
    // An empty object or array stays on one line.
    indented += (opened === closes ? '' : newline) + token;
    opened = token === '{' || token === '[';
    if (opened) {
      newline += '  ';
    } else if (token === ',') {
      indented += newline;
    } else if (token === ':') {
      indented += ' ';
    }
    // Deep nesting can make a few kilobytes grow to hundreds of megabytes.
    if (indented.length > MAX_PAYLOAD_CHARS) {
      return null;
    }
  }
  return indented;
}

function isJsonContainer(text) {
  try {
    return /^\s*[[{]/.test(text) && Boolean(JSON.parse(text));
  } catch {
    return false;
  }
}
