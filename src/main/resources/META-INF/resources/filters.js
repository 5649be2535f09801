/*
 * The topic filters: a field for each, as many as a stream of the gateway takes.
 */

import { byId, element } from './view.js';

const MAX_FILTERS = 20;

const list = byId('filters');
const error = byId('filter-error');
const addButton = byId('add-filter');

const inputs = () => [...list.querySelectorAll('input')];

/** The filters that are not empty, each once. */
export function givenFilters() {
  // A blank at the end would be part of another topic.
  inputs().forEach((input) => {
    input.value = input.value.trim();
  });
  return [...new Set(inputs().map((input) => input.value).filter(Boolean))];
}

/** Shows these filters, one field for each. */
export function showFilters(filters) {
  const [first, ...others] = inputs();
  others.forEach((input) => input.closest('li').remove());
  first.value = filters[0] ?? '';
  filters.slice(1, MAX_FILTERS).forEach(addField);
  number();
}

/** Shows what is wrong with the filters; an empty text says that nothing is. */
export function showFilterError(text) {
  error.textContent = text;
  error.hidden = !text;
  const named = inputs().filter((input) => input.value && text.includes(input.value));
  for (const input of inputs()) {
    input.removeAttribute('aria-invalid');
    if (text && (named.length === 0 || named.includes(input))) {
      input.setAttribute('aria-invalid', 'true');
    }
  }
}

function addField(filter) {
  const input = element('input');
  input.spellcheck = false;
  input.autocapitalize = 'none';
  input.value = filter;
  input.setAttribute('aria-describedby', 'filter-error filter-hint');
  const remove = element('button', '', 'Remove');
  remove.type = 'button';
  remove.addEventListener('click', () => {
    const field = remove.closest('li');
    const next = field.previousElementSibling.querySelector('input');
    field.remove();
    number();
    next.focus();
  });
  const field = element('li', 'row');
  field.append(input, remove);
  list.append(field);
  return input;
}

/** Gives each field a name that a screen reader can tell from the others. */
function number() {
  inputs().forEach((input, index) => {
    const name = index === 0 ? 'Topic filter' : `Topic filter ${index + 1}`;
    input.setAttribute('aria-label', name);
    input.closest('li').querySelector('button')?.setAttribute('aria-label', `Remove ${name.toLowerCase()}`);
  });
  addButton.disabled = inputs().length >= MAX_FILTERS;
}

addButton.addEventListener('click', () => {
  const input = addField('');
  number();
  input.focus();
});
