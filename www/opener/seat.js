// One attempt at one relay: verifies the manifest that it gave, seats the widget and listens to it (docs/protocol.md,
// sections 16.1 and 16.2). Whatever fails is told to the launcher, which goes on to the next relay.

import { make } from '../launcher/make.js';
import { verify } from '../launcher/verify.js';
import { makeFrame, page } from './frame.js';
import { stayInSight } from './keyboard.js';

// What a page learns that asked for it (`data-events`), as events of the window: never more than the word.
const TOLD = ['consent-given', 'consent-withdrawn', 'message-sent', 'message-received'];

// The port that the frame offers once, and the words on it.
const listen = (frame, { again, dialog, events, fail, inAnother, notice, ready, signal }) => {
  let port, usable;
  frame.onload = () => {
    // A second document is not the one that was made here; a first one that stays silent had its script refused.
    frame.onload = fail;
    setTimeout(() => port || fail(), 2000);
  };
  const hear = ({ data: word }) => {
    if (signal.aborted) return;
    if (word === 'ready') {
      usable = true;
      ready(port);
    } else if (word === 'close') dialog.close();
    else if (word === 'fail') fail();
    else if (word === 'again') again();
    else if (events && TOLD.includes(word)) dispatchEvent(new CustomEvent('einwurf:' + word));
  };
  const answer = ({ data, ports, source }) => {
    if (port || data !== 'einwurf' || !source || source !== frame.contentWindow) return;
    [port] = ports;
    port.onmessage = hear;
    notice.then((bytes) => port.postMessage(bytes, [bytes]), fail);
  };
  addEventListener('message', answer, { signal });
  // Both say so by an attribute: a window that opens, and a page that names another register (`setLocale`).
  // One that was open before this attempt, and is closed before it can be used, would open by itself.
  const change = new MutationObserver((changes) => {
    if (dialog.open) inAnother() && port?.postMessage('locale');
    else if (!usable && changes.some(({ attributeName }) => attributeName === 'open')) fail(true);
  });
  change.observe(dialog, { attributeFilter: ['open', 'aria-label'] });
  signal.addEventListener('abort', () => change.disconnect());
};

/**
 * Seats the widget, if the manifest is one that this page may trust. In a list, since the launcher counts its bytes:
 * the dialog, the relay's origin, its promised answer, what the page says, its nonce and its policy for Trusted Types, the
 * signal that ends the attempt, what to call when the widget is ready (with its port) or has failed, and the relays that
 * would come next.
 */
export const seat = async (
  [dialog, relay, answer, snippet, nonce, policy, signal, ready, fail, relays],
  bundle,
) => {
  const { name, pin, register, serial, site } = snippet;
  const events = /^(true)?$/.test(snippet.events) || undefined;
  const inAnother = () => snippet.register !== register;
  // The same relay once more, for whoever has neither agreed nor written, in the register that the page names now.
  const again = () => {
    if (!dialog.open || !inAnother()) return;
    relays.push(relay);
    fail();
  };
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
    // What is undefined does not stand in the document.
    const given = { site, relay, register, manifest, bundle, events };
    const frame = makeFrame(name, policy.createHTML(page(given, script, files, nonce)));
    listen(frame, { again, dialog, events, fail, inAnother, notice, ready, signal });
    stayInSight(dialog, signal);
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
