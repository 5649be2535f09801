/*
 * A chart of numbers: of a topic whose payload is a number, or of a number in its JSON.
 */

import { byId, clock, element, grouped, setText } from './view.js';

const MAX_SERIES = 50;
const MAX_POINTS = 500;
// What is held of one message: enough for a sensor, and a bound for whoever sends thousands of fields.
const MAX_FIELDS = 20;
const MAX_DEPTH = 4;
const MAX_JSON_CHARS = 32_768;
const WIDTH = 600;
const HEIGHT = 100;

const NUMBER = /^\s*-?\d+(\.\d+)?([eE][+-]?\d+)?\s*$/;

const figure = byId('values');
const choice = byId('series');
const line = byId('values-line');
const series = new Map(); // by topic and field, the one that changed last at the end
let changed = false;

/** Holds the numbers of a message. */
export function noteValues({ topic, payload, encoding, receivedAt }) {
  if (!encoding) {
    for (const [field, value] of numbersIn(payload)) {
      addPoint(JSON.stringify([topic, field]), field ? `${topic}: ${field}` : topic, { time: Date.parse(receivedAt), value });
    }
  }
}

function numbersIn(payload) {
  if (NUMBER.test(payload)) {
    return [['', Number(payload)]].filter(([, value]) => Number.isFinite(value));
  }
  const fields = [];
  if (payload.length <= MAX_JSON_CHARS && /^\s*[[{]/.test(payload)) {
    try {
      collect(JSON.parse(payload), '', 1, fields);
    } catch {
      // It only looked like JSON: there is nothing to draw.
    }
  }
  return fields;
}

/** Adds the numbers of an object or array, each with its path. */
function collect(json, path, depth, fields) {
  for (const name of Object.keys(json)) {
    if (fields.length === MAX_FIELDS) {
      return;
    }
    const value = json[name];
    if (Number.isFinite(value)) {
      fields.push([path + name, value]);
    } else if (value !== null && typeof value === 'object' && depth < MAX_DEPTH) {
      collect(value, `${path}${name}.`, depth + 1, fields);
    }
  }
}

function addPoint(key, name, point) {
  const known = series.get(key);
  const { points } = known ?? { points: [] };
  points.push(point);
  if (points.length > MAX_POINTS) {
    points.shift();
  }
  series.delete(key);
  series.set(key, known ?? { points, option: addOption(key, name) });
  changed = true;
  if (series.size > MAX_SERIES) {
    dropOldest();
  }
}

function addOption(key, name) {
  const option = element('option', '', name);
  option.value = key;
  const [, ...others] = choice.options;
  choice.insertBefore(option, others.find((other) => other.textContent > name) ?? null);
  if (figure.hidden) {
    figure.hidden = false;
    choice.value = key;
  }
  return option;
}

/** The series that has not changed for longest goes, but not the one that somebody looks at. */
function dropOldest() {
  const [oldest] = [...series.keys()].filter((key) => key !== choice.value);
  series.get(oldest).option.remove();
  series.delete(oldest);
}

export function clearValues() {
  series.clear();
  choice.replaceChildren(choice.options[0]);
  figure.hidden = true;
}

/** Draws what has come since the last time. */
export function drawValues() {
  if (changed) {
    changed = false;
    draw();
  }
}

function draw() {
  const points = series.get(choice.value)?.points.toSorted((one, other) => one.time - other.time) ?? [];
  byId('values-plot').hidden = points.length === 0;
  if (points.length === 0) {
    setText(byId('values-text'), 'No numbers are drawn');
    return;
  }
  const values = points.map(({ value }) => value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [points[0].time, points.at(-1).time];
  // A single moment or a value that never changes is a line through the middle.
  const x = ({ time }) => (last === first ? WIDTH : ((time - first) / (last - first)) * WIDTH);
  const y = ({ value }) => (highest === lowest ? HEIGHT / 2 : HEIGHT - ((value - lowest) / (highest - lowest)) * HEIGHT);
  const drawn = points.length === 1 ? [[0, HEIGHT / 2], [WIDTH, HEIGHT / 2]] : points.map((point) => [x(point), y(point)]);
  line.setAttribute('points', drawn.map(([across, down]) => `${across.toFixed(1)},${down.toFixed(1)}`).join(' '));
  setText(byId('values-high'), text(highest));
  setText(byId('values-low'), text(lowest));
  setText(byId('values-from'), clock.format(first));
  setText(byId('values-to'), clock.format(last));
  setText(byId('values-text'), `${text(values.at(-1))} now, ${text(lowest)} to ${text(highest)} in ${grouped(values.length)} ${
    values.length === 1 ? 'value' : 'values'}`);
}

const text = (value) => value.toLocaleString('en', { maximumSignificantDigits: 6 });

choice.addEventListener('change', draw);
