// One attempt at one relay: verifies the manifest that it gave, seats the widget and listens to it (docs/protocol.md,
// sections 16.1 and 16.2). Whatever fails is told to the launcher, which goes on to the next relay.

import { make } from '../launcher/make.js';
import { verify } from '../launcher/verify.js';
import { makeFrame, page } from './frame.js';

// The port that the frame offers once, and the words on it.
const listen = (frame, { dialog, fail, notice, ready, signal }) => {
  let port;
  frame.onload = () => {
    // A second document is not the one that was made here; a first one that stays silent had its script refused.
    frame.onload = fail;
    setTimeout(() => port || fail(), 2000);
  };
  const hear = ({ data: word }) => {
    if (signal.aborted) return;
    if (word === 'ready') ready(port);
    else if (word === 'close') dialog.close();
    else if (word === 'fail') fail();
  };
  const answer = ({ data, ports, source }) => {
    if (port || data !== 'einwurf' || !source || source !== frame.contentWindow) return;
    [port] = ports;
    port.onmessage = hear;
    notice.then((bytes) => port.postMessage(bytes, [bytes]), fail);
  };
  addEventListener('message', answer, { signal });
};

/**
 * Seats the widget, if the manifest is one that this page may trust. In a list, since the launcher counts its bytes:
 * the dialog, the relay's origin, its promised answer, what the page says, its nonce and its policy for Trusted Types, the
 * signal that ends the attempt, and what to call when the widget is ready (with its port) or has failed.
 */
export const seat = async ([dialog, relay, answer, snippet, nonce, policy, signal, ready, fail], bundle) => {
  const { name, pin, register, serial, site } = snippet;
  try {
    const manifest = await (await answer).text();
    const { code, notices } = await verify(manifest, pin, relay, Date.now() / 1000, serial);
    signal.throwIfAborted();
    // A site need not have every register.
    const shown = notices.find((one) => one.register === register) ?? notices[0];
    // Asked for here, while the browser makes room for the frame: there it would be two round trips later.
    const notice = fetch(relay + '/v1/notice', {
      signal,
      headers: { 'einwurf-site': site, 'einwurf-notice': shown.digest },
      integrity: `sha256-${shown.digest.replaceAll('-', '+').replaceAll('_', '/')}=`,
      referrerPolicy: 'no-referrer',
    }).then((answer) => answer.arrayBuffer());
    notice.catch(fail);
    const { script, style, texts, wasm } = code.widget;
    const files = [wasm, style, texts[shown.register]];
    const given = bundle ? { site, relay, register, manifest, bundle } : { site, relay, register, manifest };
    const frame = makeFrame(name, policy.createHTML(page(given, script, files, nonce)));
    listen(frame, { dialog, fail, notice, ready, signal });
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
    fail();
  }
};
