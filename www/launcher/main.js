// The launcher: draws the button and does nothing else before a click. Then it fetches the site's manifest, verifies it
// and seats the widget (docs/protocol.md, section 16); whatever fails, the visitor sees the ordinary contact ways.

import { bundle, button, dialog } from 'einwurf:view';
import { make } from './make.js';
import { nonce, snippet, sorry } from './snippet.js';
import { verify } from './verify.js';

let relays, port, policy;

// Shows what the dialog holds; on phones and at 400 % zoom as a full sheet.
const show = () => {
  if (!dialog.open) dialog[innerWidth < 481 ? 'showModal' : 'show']();
  button.ariaExpanded = true;
  button.ariaBusy = null;
  dialog.lastChild.focus();
  port?.postMessage('open');
};

// Tries the next relay until the widget's consent screen is usable. Whatever ends an attempt leads here again, and
// after the last relay to the contact ways.
const next = async () => {
  const { site, register, email, phone, name, pin, serial } = snippet;
  const relay = relays.shift();
  port = null;
  dialog.replaceChildren();
  // Pages without https have no `subtle`.
  if (!relay || !crypto.subtle) {
    dialog.append(
      make('p', { role: 'alert' }, name, ': ', sorry),
      phone ? make('a', { href: 'tel:' + phone.replace(/\(0\)|[^+\d]/g, '') }, phone) : '',
      email ? make('a', { href: 'mailto:' + email }, email) : '',
      make('button', { onclick: () => dialog.close() }, 'OK'),
    );
    return show();
  }
  try {
    const headers = { 'einwurf-site': site };
    const signal = AbortSignal.timeout(15000);
    const answer = await fetch(relay + '/v1/manifest', { signal, referrerPolicy: 'no-referrer', headers });
    const manifest = await answer.text();
    const { path, sri } = (await verify(manifest, pin, relay, Date.now() / 1000, serial)).code.widget.script;
    const given = DOOR ? { manifest, site, register, relay, bundle } : { manifest, site, register, relay };
    const config = JSON.stringify(given).replaceAll('<', '\\u003c');
    const html =
      `<!doctype html><meta http-equiv=Content-Security-Policy content="img-src data: blob:;connect-src ${relay};` +
      `form-action 'none';base-uri 'none';default-src 'none';script-src ${relay} 'wasm-unsafe-eval'">` +
      `<meta name=referrer content=no-referrer><script type=application/json id=einwurf>${config}</script>` +
      `<script src="${relay}${path}" type=module nonce="${nonce}" integrity="${sri}" crossorigin></script>`;
    // Under Trusted Types only a policy may make documents; a page allows ours by its name, once.
    policy ||= window.trustedTypes?.createPolicy('einwurf', { createHTML: (text) => text });
    const frame = make('iframe', {
      srcdoc: policy?.createHTML(html) || html,
      title: name,
      allow: 'clipboard-write',
      sandbox: 'allow-scripts allow-popups allow-forms allow-popups-to-escape-sandbox allow-downloads',
      onload() {
        // A second document is not the one that was made here; a first one that stays silent had its script refused.
        frame.onload = next;
        setTimeout(() => frame.contentWindow && !port && next(), 2000);
      },
    });
    signal.onabort = () => frame.contentWindow && button.ariaBusy && next();
    dialog.append(frame);
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
    if (event.data === 'close') dialog.close();
    if (event.data === 'fail') next();
  };
});

button.onclick = () => {
  if (button.ariaBusy) return;
  if (port) return show();
  button.ariaBusy = true;
  relays = snippet.relay.split(' ');
  next();
};
