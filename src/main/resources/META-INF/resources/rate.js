/*
 * How many messages come in a second, as a chart.
 */

import { byId, grouped, setText } from './view.js';

const CHART_SECONDS = 60;

const chart = byId('rate-chart');
const counts = new Array(CHART_SECONDS + 1).fill(0); // per second; the last one is still under way
const bars = counts.slice(1).map((_, x) => addBar(x));
let countedSecond = currentSecond();

function addBar(x) {
  const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  bar.setAttribute('x', x + 0.1);
  bar.setAttribute('width', 0.8);
  return chart.appendChild(bar);
}

function currentSecond() {
  return Math.floor(performance.now() / 1000);
}

/** One more message has come in. */
export function countForChart() {
  shiftCounts();
  counts[CHART_SECONDS]++;
}

/** By the clock and not by the timer, which is late while the page is hidden. */
function shiftCounts() {
  const now = currentSecond();
  const steps = Math.min(now - countedSecond, counts.length);
  counts.splice(0, steps);
  counts.push(...new Array(steps).fill(0));
  countedSecond = now;
}

function drawChart() {
  shiftCounts();
  const complete = counts.slice(0, CHART_SECONDS);
  const peak = Math.max(...complete);
  complete.forEach((count, second) => {
    const height = count / Math.max(peak, 1);
    bars[second].setAttribute('y', 1 - height);
    bars[second].setAttribute('height', height);
  });
  const total = complete.reduce((sum, count) => sum + count, 0);
  setText(byId('rate-text'), `Messages per second: ${grouped(complete.at(-1))} now, ${grouped(peak)} at most, `
    + `${grouped(total)} in the last ${CHART_SECONDS} s`);
}

setInterval(drawChart, 1_000);
