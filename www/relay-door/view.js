// This page's elements for the launcher's code (einwurf:view): a dialog that covers it, and itself when nothing opens.

import { snippet } from './snippet.js';

export { bundle } from './snippet.js';

const find = (id) => document.getElementById(id);
const [page, failed, invitation] = ['page', 'failed', 'invitation'].map(find);

/** Opens the widget, and again after it was closed. */
export const button = find('open');

/** Holds the frame. */
export const dialog = find('sheet');

// The manifest's texts, as text.
const way = (element, scheme, to) => {
  element.hidden = !to;
  element.href = scheme + to;
};

/** Whose door it is. */
export const introduce = () => {
  const { name, phone, email, register } = snippet;
  document.documentElement.lang = register;
  document.title = dialog.ariaLabel = name;
  for (const element of document.querySelectorAll('[data-name]')) element.textContent = name;
  const [call, write] = ['phone', 'email'].map(find);
  [call.textContent, write.textContent] = [phone, email];
  way(call, 'tel:', phone?.replace(/\(0\)|[^+\d]/g, ''));
  way(write, 'mailto:', email);
  invitation.hidden = false;
};

/** Nothing can be opened: the ordinary contact ways, if this page knows them. */
export const fail = () => {
  invitation.remove();
  page.hidden = failed.hidden = false;
};

// A frame always covers the page. What the launcher shows after the last relay stands in this page already.
dialog.show = dialog.showModal = () =>
  dialog.querySelector('iframe') ? HTMLDialogElement.prototype.showModal.call(dialog) : fail();
dialog.onclose = () => {
  button.ariaExpanded = false;
  button.focus();
};
document.documentElement.lang = navigator.language.startsWith('de') ? 'de' : 'en';
