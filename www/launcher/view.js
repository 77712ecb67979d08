// The elements: a button, and a dialog for the frame or the ordinary contact ways. No markup is ever parsed.

import { lang, snippet } from './snippet.js';
import { sheet } from './style.js';
import { make } from './make.js';

// Collapsed whenever it can be seen: while the dialog is open it is hidden.
export const button = make('button', { ariaExpanded: false }, snippet.label);

export const dialog = make('dialog', {
  ariaLabel: snippet.name,
  onkeydown: (event) => event.key === 'Escape' && dialog.close(),
  onclose() {
    button.focus();
  },
});

const root = make('einwurf-button', { lang }).attachShadow({ mode: 'closed' });
root.append(dialog, button);
root.adoptedStyleSheets = [sheet];
// Not the body: a script in the head runs before there is one, and some sites swap theirs.
document.documentElement.append(root.host);
