// The launcher: draws the button and does nothing else before a click. Then it fetches the site's manifest, verifies it
// and seats the widget (docs/protocol.md, section 16); whatever fails, the visitor sees the ordinary contact ways.
// The door runs the same code with elements of its own (`einwurf:view` is one of the two view.js, and `DOOR` a constant of
// the build). Members and directives stand in the order that compresses best: `cargo xtask size` has a bar.

import { bundle, button, dialog } from 'einwurf:view';
import { nonce, snippet, sorry } from './snippet.js';
import { make } from './make.js';
import { verify } from './verify.js';

let relays, port, policy;

const rules = { createHTML: (text) => text, createScriptURL: (text) => text };

// Shows what the dialog holds; on phones and at 400 % zoom as a full sheet.
const show = () => {
  if (!dialog.open) innerWidth < 481 ? dialog.showModal() : dialog.show();
  button.ariaExpanded = true;
  button.ariaBusy = null;
  dialog.lastChild.focus();
  port?.postMessage('open');
};

// Tries the next relay until the widget's consent screen is usable. Whatever ends an attempt leads here again, and
// after the last relay to the contact ways.
const next = async () => {
  const { email, register, site, serial, pin, phone, name } = snippet;
  const relay = relays.shift();
  port = null;
  dialog.replaceChildren();
  // Pages without https have no `subtle`.
  if (!crypto.subtle || !relay) {
    dialog.append(
      make('p', { role: 'alert' }, name, ': ', sorry),
      phone ? make('a', { href: 'tel:' + phone.replace(/\(0\)|[^+\d]/g, '') }, phone) : '',
      email ? make('a', { href: 'mailto:' + email }, email) : '',
      make('button', { onclick: () => dialog.close() }, 'OK'),
    );
    return show();
  }
  try {
    const signal = AbortSignal.timeout(15000);
    const answer = await fetch(relay + '/v1/manifest', {
      referrerPolicy: 'no-referrer',
      headers: { 'einwurf-site': site },
      signal,
    });
    const manifest = await answer.text();
    const { code } = await verify(manifest, pin, relay, Date.now() / 1000, serial);
    const given = DOOR ? { manifest, site, register, relay, bundle } : { register, site, relay, manifest };
    const config = JSON.stringify(given).replaceAll('<', '\\u003c');
    const html =
      `<!doctype html><meta http-equiv=Content-Security-Policy content="form-action 'none';base-uri 'none';` +
      `connect-src ${relay};default-src 'none';img-src data: blob:;script-src ${relay} 'wasm-unsafe-eval'">` +
      `<meta name=referrer content=no-referrer><script type=application/json id=einwurf>${config}</script>` +
      `<script type=module crossorigin src="${relay}${code.widget.script.path}" nonce="${nonce}" integrity="${code.widget.script.sri}"></script>`;
    // Under Trusted Types only a policy may make documents and name scripts; a page allows ours by its name, once.
    policy ||= window.trustedTypes?.createPolicy('einwurf', rules) || rules;
    const frame = make('iframe', {
      srcdoc: policy.createHTML(html),
      title: name,
      allow: 'clipboard-write',
      sandbox: 'allow-forms allow-popups allow-scripts allow-popups-to-escape-sandbox allow-downloads',
      onload() {
        // A second document is not the one that was made here; a first one that stays silent had its script refused.
        frame.onload = next;
        setTimeout(() => frame.contentWindow && !port && next(), 2000);
      },
    });
    signal.onabort = () => frame.contentWindow && button.ariaBusy && next();
    dialog.append(frame);
    // It keeps a conversation in this page's origin, and takes its element away; without it, nothing is kept.
    document.head.append(
      make('script', {
        src: policy.createScriptURL(relay + code.keeper.path),
        integrity: code.keeper.sri,
        crossOrigin: '',
        nonce,
        frame,
      }),
    );
  } catch {
    next();
  }
};

addEventListener('message', (event) => {
  if (port || event.source !== dialog.firstChild?.contentWindow || event.data !== 'einwurf') return;
  [port] = event.ports;
  port.onmessage = (event) => {
    if (event.data === 'ready') {
      relays = [];
      show();
    }
    if (event.data === 'fail') next();
    if (event.data === 'close') dialog.close();
  };
});

button.onclick = () => {
  if (button.ariaBusy) return;
  if (port) return show();
  button.ariaBusy = true;
  relays = snippet.relay.split(' ');
  next();
};
