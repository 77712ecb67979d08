// What a click does: asks a relay for the site's manifest and, of this launcher's own release, for the opener, which
// verifies it and seats the widget (docs/protocol.md, section 16); whatever fails, the visitor sees the ordinary contact ways.
// Doors run the same code with elements of their own (`einwurf:view` is one of the view.js, `einwurf:snippet` says what a
// page says). `DOOR` is a constant of the build, like `OPENER`, path and hash. Members stand in the order that compresses
// best: `cargo xtask size` has a bar.

import { bundle, button, dialog } from 'einwurf:view';
import { nonce, snippet, sorry } from 'einwurf:snippet';
import { make } from './make.js';
import { seat } from '../opener/seat.js';

let relays, port, policy, attempt;

/** What was clicked, and gets the focus back. */
export let trigger = button;

const rules = { createHTML: (text) => text, createScriptURL: (text) => text };

/** Ends the attempt that runs, and takes away what is on show. */
export const stop = () => {
  attempt?.abort();
  port = trigger.ariaBusy = null;
  dialog.textContent = '';
};

/** Tells the page by an event of the window. */
export const tell = (word) =>
  DOOR || dispatchEvent(new CustomEvent('einwurf:' + word));

// Shows what the dialog holds; on phones and at 400 % zoom as a full sheet.
const show = () => {
  if (!dialog.open) innerWidth < 481 ? dialog.showModal() : dialog.show();
  trigger.ariaBusy = null;
  trigger.ariaExpanded = true;
  dialog.lastChild.focus();
  port?.postMessage('open');
  tell('opened');
};

// Tries the next relay until the widget's consent screen is usable. Whatever ends an attempt leads here again, and
// after the last relay to the contact ways.
const next = () => {
  stop();
  // Pages without https have no `subtle`: then nobody is asked.
  const relay = crypto.subtle && relays.shift();
  if (!relay) {
    dialog.append(
      make('p', { role: 'alert' }, sorry()),
      snippet.phone
        ? make('a', { href: 'tel:' + snippet.phone.replace(/\(0\)|[^+\d]/g, '') }, snippet.phone)
        : '',
      snippet.email ? make('a', { href: 'mailto:' + snippet.email }, snippet.email) : '',
      /^https:/.test(snippet.door)
        ? make('a', { href: snippet.door, target: '_blank' }, snippet.label)
        : '',
      make('button', { onclick: () => dialog.close() }, 'OK'),
    );
    show();
    return tell('error');
  }
  trigger.ariaBusy = true;
  attempt = new AbortController();
  const { signal } = attempt;
  // A window that nobody wants to see goes silently; the next click begins anew.
  const fail = (unwanted = port && !dialog.open) =>
    signal.aborted || (unwanted === true ? stop() : next());
  const ready = (to) => {
    relays.length = 0;
    port = to;
    show();
  };
  setTimeout(() => port || fail(), 15000);
  try {
    // Under Trusted Types only a policy may make documents and name scripts; a page allows ours by its name, once.
    policy ||= window.trustedTypes?.createPolicy('einwurf', rules) || rules;
    const answer = fetch(relay + '/v1/manifest', {
      signal,
      headers: { 'einwurf-site': snippet.site },
      referrerPolicy: 'no-referrer',
    });
    answer.catch(fail);
    const asked = [dialog, relay, answer, snippet, nonce, policy, signal, ready, fail, relays];
    if (DOOR) seat(asked, bundle);
    else
      document.head.append(
        make('script', {
          crossOrigin: '',
          integrity: OPENER.sri,
          nonce,
          src: policy.createScriptURL(relay + OPENER.path),
          referrerPolicy: 'no-referrer',
          onerror: fail,
          asked,
        }),
      );
  } catch {
    fail();
  }
};

/** Opens the window for whoever clicked `by`. */
export const open = (by) => {
  if (trigger.ariaBusy) return;
  trigger = by;
  if (port) return show();
  relays = snippet.relay.split(' ');
  next();
};
