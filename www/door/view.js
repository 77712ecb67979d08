// The door's elements for the launcher's code (einwurf:view): its own page instead of a shadow root, and a dialog that
// always covers it.

import { fragment } from './fragment.js';

const find = (id) => document.getElementById(id);

/** Opens the widget, and again after it was closed. */
export const button = find('open');

/** Holds the frame, or the ordinary contact ways. */
export const dialog = find('sheet');

/** What the widget is to open, for when it can read one (docs/protocol.md, section 8.5). */
export const [, bundle] = /^bundle=(.+)/.exec(fragment) || [];

// There is no host page to leave usable: what is behind the sheet is reached by closing it.
button.hidden = false;
dialog.show = () => dialog.showModal();
dialog.onclose = () => {
  button.ariaExpanded = false;
  button.focus();
};

/** The page behind the sheet, and what is said while the staff's app loads or when nothing can be opened. */
export const [page, wait, failed] = ['page', 'wait', 'failed'].map(find);
