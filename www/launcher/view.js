// The elements: a button, and a dialog for the frame or the ordinary contact ways. No markup is ever parsed.

import { make } from './make.js';
import { lang, snippet } from './snippet.js';
import { sheet } from './style.js';

export const button = make('button', { ariaExpanded: false }, snippet.label);

export const dialog = make('dialog', {
  ariaLabel: snippet.name,
  onkeydown: (event) => event.key === 'Escape' && dialog.close(),
  onclose() {
    button.ariaExpanded = false;
    button.focus();
  },
});

const root = make('einwurf-button', { lang }).attachShadow({ mode: 'closed' });
root.adoptedStyleSheets = [sheet];
root.append(dialog, button);
// Not the body: a script in the head runs before there is one, and some sites swap theirs.
document.documentElement.append(root.host);
