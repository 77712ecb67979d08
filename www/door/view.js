// The door's elements for the launcher's code (einwurf:view): its own page instead of a shadow root, and a dialog that
// always covers it.

import { snippet } from '../launcher/snippet.js';
import { fragment } from './fragment.js';

const find = (id) => document.getElementById(id);
const [page, failed, invitation, phone] = ['page', 'failed', 'invitation', 'phone'].map(find);

/** Opens the widget, and again after it was closed. */
export const button = find('open');

/** Holds the frame. */
export const dialog = find('sheet');

/** What the widget is to open, for when it can read one (docs/protocol.md, section 8.5). */
export const [, bundle] = /^bundle=(.+)/.exec(fragment) || [];

/** Nothing can be opened: the ordinary contact ways, and nobody is asked for a message. */
export const fail = () => {
  invitation.remove();
  page.hidden = failed.hidden = false;
};

/** The page makes room for the staff's app, and comes back if there is none. */
export const wait = (waiting) => {
  page.hidden = waiting;
  const said = find('wait');
  if (said) said.hidden = !waiting;
};

/** The staff's app runs and brings its own elements and style. */
export const leave = () => {
  for (const element of [page, find('wait'), dialog, document.querySelector('style')]) element?.remove();
};

invitation.hidden = false;
phone.href = 'tel:' + snippet.phone.replace(/\(0\)|[^+\d]/g, '');
// A frame always covers the page. What the launcher shows after the last relay stands in this page already.
dialog.show = dialog.showModal = () =>
  dialog.querySelector('iframe') ? HTMLDialogElement.prototype.showModal.call(dialog) : fail();
dialog.onclose = () => {
  button.ariaExpanded = false;
  button.focus();
};
