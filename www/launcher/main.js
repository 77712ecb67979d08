// The launcher: draws the button and does nothing else before a click. Then it fetches the site's manifest, verifies it
// and seats the widget (docs/protocol.md, section 16); whatever fails, the visitor sees the ordinary contact ways.
// Doors run the same code with elements of their own (`einwurf:view` is one of the view.js, `einwurf:snippet` says what a
// page says, and `DOOR` is a constant of the build). Members and directives stand in the order that compresses best: `cargo xtask size` has a bar.

import { bundle, button, dialog } from 'einwurf:view';
import { nonce, snippet, sorry } from 'einwurf:snippet';
import { make } from './make.js';
import { verify } from './verify.js';

let relays, port, policy;

const rules = { createHTML: (text) => text, createScriptURL: (text) => text };

// Shows what the dialog holds; on phones and at 400 % zoom as a full sheet.
const show = () => {
  if (!dialog.open) innerWidth < 481 ? dialog.showModal() : dialog.show();
  button.ariaBusy = null;
  dialog.lastChild.focus();
  port?.postMessage('open');
};

// Tries the next relay until the widget's consent screen is usable. Whatever ends an attempt leads here again, and
// after the last relay to the contact ways.
const next = async () => {
  // Pages without https have no `subtle`: then nobody is asked.
  const relay = crypto.subtle && relays.shift();
  port = null;
  dialog.replaceChildren();
  if (!relay) {
    dialog.append(
      make('p', { role: 'alert' }, sorry),
      snippet.phone
        ? make('a', { href: 'tel:' + snippet.phone.replace(/\(0\)|[^+\d]/g, '') }, snippet.phone)
        : '',
      snippet.email ? make('a', { href: 'mailto:' + snippet.email }, snippet.email) : '',
      make('button', { onclick: () => dialog.close() }, 'OK'),
    );
    return show();
  }
  try {
    const signal = AbortSignal.timeout(15000);
    const manifest = await (
      await fetch(relay + '/v1/manifest', {
        signal,
        headers: { 'einwurf-site': snippet.site },
        referrerPolicy: 'no-referrer',
      })
    ).text();
    const { code } = await verify(manifest, snippet.pin, relay, Date.now() / 1000, snippet.serial);
    const given = DOOR
      ? { site: snippet.site, relay, register: snippet.register, manifest, bundle }
      : { site: snippet.site, relay, register: snippet.register, manifest };
    const config = JSON.stringify(given).replaceAll('<', '\\u003c');
    const html =
      `<!doctype html><meta http-equiv=Content-Security-Policy content="default-src 'none';base-uri 'none';` +
      `form-action 'none';img-src data: blob:;script-src ${relay} 'wasm-unsafe-eval';connect-src ${relay} ws${relay.slice(4)}">` +
      `<meta name=referrer content=no-referrer><script type=application/json id=einwurf>${config}</script>` +
      `<script type=module crossorigin integrity="${code.widget.script.sri}" ` +
      `src="${relay}${code.widget.script.path}" nonce="${nonce}"></script>`;
    // Under Trusted Types only a policy may make documents and name scripts; a page allows ours by its name, once.
    policy ||= window.trustedTypes?.createPolicy('einwurf', rules) || rules;
    const frame = make('iframe', {
      sandbox: 'allow-downloads allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox',
      allow: DOOR ? 'clipboard-write;web-share' : 'clipboard-write',
      onload() {
        // A second document is not the one that was made here; a first one that stays silent had its script refused.
        frame.onload = next;
        setTimeout(() => frame.contentWindow && !port && next(), 2000);
      },
      title: snippet.name,
      srcdoc: policy.createHTML(html),
    });
    signal.onabort = () => frame.contentWindow && button.ariaBusy && next();
    dialog.append(frame);
    // It keeps a conversation in this page's origin, and takes its element away; without it, nothing is kept.
    document.head.append(
      make('script', {
        crossOrigin: '',
        integrity: code.keeper.sri,
        nonce,
        src: policy.createScriptURL(relay + code.keeper.path),
        frame,
        referrerPolicy: 'no-referrer',
      }),
    );
  } catch {
    next();
  }
};

addEventListener('message', (event) => {
  if (port || event.source != dialog.firstChild?.contentWindow || event.data !== 'einwurf') return;
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
