// The elements: a button, and a dialog for the frame or the ordinary contact ways. No markup is ever parsed.

import { sheet } from './style.js';
import { make } from './make.js';

/** A button in a shadow root that no style and no script of the page reaches; with the page's words, or its own. */
export const shade = (host, ...before) => {
  const root = host.attachShadow({ mode: 'closed' });
  const button = make('button', { ariaExpanded: false }, make('slot'));
  root.adoptedStyleSheets = [sheet];
  root.append(...before, button);
  return button;
};

export const dialog = make('dialog', { onkeydown: (event) => event.key == 'Escape' && dialog.close() });

export const host = make('einwurf-button');

export const button = shade(host, dialog);
