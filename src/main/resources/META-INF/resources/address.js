/*
 * The address of the page holds the topic and the filters, so that a link can be shared and the browser's way back works.
 * It only fills in the form and opens the feed: a link that somebody sends publishes nothing.
 */

/** What the address says; the topic is null if it says none. */
export function readAddress() {
  const parameters = new URLSearchParams(location.search);
  return { topic: parameters.get('topic'), filters: parameters.getAll('filter').filter(Boolean) };
}

/** Puts both into the address; other filters are a page of their own in the history of the browser. */
export function writeAddress(topic, filters) {
  const parameters = new URLSearchParams({ topic });
  filters.forEach((filter) => parameters.append('filter', filter));
  const address = `?${parameters}`;
  const before = readAddress().filters;
  if (before.length === filters.length && before.every((filter, index) => filter === filters[index])) {
    history.replaceState(null, '', address);
  } else {
    history.pushState(null, '', address);
  }
}

/** What to do when the reader goes back or forth. */
export function onAddress(action) {
  addEventListener('popstate', () => action(readAddress()));
}
