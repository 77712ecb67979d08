// One attempt at one relay: verifies the manifest that it gave, seats the widget and listens to it (docs/protocol.md,
// sections 16.1 and 16.2). Whatever fails is told to the launcher, which goes on to the next relay.

import { make } from '../launcher/make.js';
import { verify } from '../launcher/verify.js';
import { makeFrame, page } from './frame.js';

// The port that the frame offers once, and the words on it.
const listen = (frame, { dialog, fail, ready, signal }) => {
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
    const { code } = await verify(manifest, pin, relay, Date.now() / 1000, serial);
    signal.throwIfAborted();
    const given = bundle ? { site, relay, register, manifest, bundle } : { site, relay, register, manifest };
    const frame = makeFrame(name, policy.createHTML(page(given, code.widget.script, nonce)));
    listen(frame, { dialog, fail, ready, signal });
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
