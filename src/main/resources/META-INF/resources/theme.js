/*
 * Light or dark: as the system has it, or as the reader chose in this browser.
 */

import { byId } from './view.js';

const KEY = 'mqtt-gateway-theme';
const choice = byId('theme');

/** A browser that stores nothing for this page refuses the access itself. */
function stored(access) {
  try {
    return access() ?? '';
  } catch {
    return '';
  }
}

function show(theme) {
  document.documentElement.dataset.theme = theme;
}

choice.value = stored(() => localStorage.getItem(KEY));
show(choice.value);
choice.addEventListener('change', () => {
  show(choice.value);
  stored(() => localStorage.setItem(KEY, choice.value));
});
