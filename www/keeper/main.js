// The keeper: keeps a conversation in the page's origin for a frame that has no storage (docs/protocol.md, section 16.4).
// It runs after the click only. The launcher says by a property of the script element whose messages count; all that
// goes wrong here leaves a widget that remembers nothing, and says nothing else.

import { openStore } from './store.js';

const TITLE_BYTES = 200;
const KEPT_BYTES = 16384;
const UNSENT_BYTES = 262144;

const { currentScript } = document;
const { frame } = currentScript;
// The element leads to the frame, which no other script of the page needs to find.
currentScript.remove();

// The site address stands in the frame's configuration, whose `<` are escaped.
const { site } = JSON.parse(/id=einwurf>(.*?)<\/script>/.exec(frame.srcdoc)[1]);
const store = openStore(site, () => Math.floor(Date.now() / 1000));

// Whole characters of at most so many bytes.
const title = () => {
  const { read } = new TextEncoder().encodeInto(document.title, new Uint8Array(TITLE_BYTES));
  return document.title.slice(0, read);
};

const hello = async () => ({ title: title(), ...(await store.get()) });

const isBytes = (bytes, most) => bytes instanceof Uint8Array && bytes.length > 0 && bytes.length <= most;

const isKept = ({ keep, until, pending }) =>
  isBytes(keep, KEPT_BYTES) &&
  (until === null || Number.isSafeInteger(until)) &&
  typeof pending === 'boolean';

// While something is on its way, the browser asks before the page is left: from the sandboxed frame it would not.
const ask = (event) => frame.contentWindow && event.preventDefault();
const watch = (busy) => (busy ? addEventListener : removeEventListener)('beforeunload', ask);

// What is said to a message; nothing to what is none.
const answer = async (data) => {
  if (typeof data?.busy === 'boolean') return watch(data.busy);
  if (data?.get === true) return hello();
  if (data?.claim === true) return store.claim();
  if (data?.forget === true) return { done: await store.forget() };
  if (data && 'unsent' in data) {
    const { unsent } = data;
    return { done: (unsent === null || isBytes(unsent, UNSENT_BYTES)) && (await store.keepUnsent(unsent)) };
  }
  if (data && 'keep' in data) return { done: isKept(data) && (await store.keep(data)) };
};

// One message after the other, so that what was said last is what stays.
const serve = (port) => {
  let last = hello().then(async (said) => port.postMessage({ ...said, unsent: await store.getUnsent() }));
  port.onmessage = ({ data }) => {
    last = last
      .then(() => answer(data))
      .then((said) => said && port.postMessage(said))
      .catch(() => {});
  };
};

// The first `keep` of the frame's own window, and no other: a script of the page can make up an event, but not a trusted
// one; and the window of a frame that was taken away is null, like the source of its last messages.
const listen = ({ data, isTrusted, ports, source }) => {
  if (data !== 'keep' || !isTrusted || !ports[0] || !source || source !== frame.contentWindow) return;
  removeEventListener('message', listen);
  serve(ports[0]);
};

addEventListener('message', listen);
frame.contentWindow?.postMessage('keeper', '*');
