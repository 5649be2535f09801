/*
 * The page of the gateway: publish a message, watch what arrives, see which connections stand.
 *
 * Topics and payloads come from anybody who can reach the broker; they enter the document as text only, never
 * as markup. All URLs are relative, so that the page also works behind a proxy that serves the gateway under a path.
 */

import { onAddress, readAddress, writeAddress } from './address.js';
import { copy } from './clipboard.js';
import { listen, showRetained } from './feed.js';
import { givenFilters, showFilters } from './filters.js';
import { onAction } from './list.js';
import { publishAgain } from './publish.js';
import { checkStatus } from './status.js';
import './theme.js';
import { byId, setText } from './view.js';

const COPIED_MS = 2_000;

const topic = byId('topic');
const usualTopic = topic.value;

function showAddress(address) {
  topic.value = address.topic ?? usualTopic;
  showFilters(address.filters);
  listen(givenFilters());
}

byId('filter-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const filters = givenFilters();
  writeAddress(topic.value, filters);
  listen(filters);
});

byId('retained').addEventListener('click', () => showRetained(givenFilters()));

topic.addEventListener('change', () => writeAddress(topic.value, readAddress().filters));

onAction('copy', async ({ payload }, button) => {
  setText(button, await copy(payload) ? 'Copied' : 'Not copied');
  setTimeout(() => setText(button, 'Copy'), COPIED_MS);
});

onAction('again', (message) => {
  publishAgain(message);
  writeAddress(topic.value, readAddress().filters);
});

onAddress(showAddress);
showAddress(readAddress());
checkStatus();
