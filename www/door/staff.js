// The staff's app in the door's own page: one module, pinned by the hash in a manifest that this page may trust.

import { make } from '../launcher/make.js';
import { snippet } from '../launcher/snippet.js';
import { verify } from '../launcher/verify.js';
import { fail, leave, wait } from './view.js';

const { site, pin, relay: relays } = snippet;
// As long as the launcher waits for a manifest, and as long as the staff's app itself waits for a relay.
const MANIFEST_LIMIT = 15000;
const START_LIMIT = 60000;

// The highest serial that the staff's app has seen on this device (inbox/src/effects/storage.rs): nothing older counts.
const seen = () => {
  try {
    const { serial } = JSON.parse(localStorage.getItem('einwurf-seen'))[site];
    return Number.isSafeInteger(serial) ? serial : 0;
  } catch {
    // Nothing seen yet, no storage, or not what the app wrote.
    return 0;
  }
};

// A link's secrets are for the site that this door pins; whatever pin it brought, the verified one counts.
const addressed = (fragment, key) => {
  const asked = new URLSearchParams(fragment);
  if ((asked.get('site') ?? site) !== site) throw new Error('a link to another site');
  asked.delete('inbox');
  asked.set('site', site);
  asked.set('pin', key);
  return '#' + asked;
};

// Until the app says whether it runs; a script that was refused says nothing, and a silent relay may say nothing for ever.
const run = async (config, module, limit) => {
  try {
    limit.throwIfAborted();
    await new Promise((resolve, reject) => {
      module.onerror = limit.onabort = reject;
      addEventListener('einwurf', ({ detail }) => (detail ? resolve() : reject(detail)), { once: true });
      document.head.append(config, module);
    });
  } catch (error) {
    // What comes late must not start beside the next attempt: without its configuration the app does not begin, and a
    // script that changed its document does not run.
    config.remove();
    new Document().append(module);
    throw error;
  }
};

const start = async (relay, fragment) => {
  const limit = AbortSignal.timeout(START_LIMIT);
  const answer = await fetch(relay + '/v1/manifest', {
    signal: AbortSignal.timeout(MANIFEST_LIMIT),
    referrerPolicy: 'no-referrer',
    headers: { 'einwurf-site': site },
  });
  const manifest = await verify(await answer.text(), pin, relay, Date.now() / 1000, seen());
  const { script, wasm, style, texts } = manifest.code.inbox;
  const given = { relay, wasm, style, texts, door: true, fragment: addressed(fragment, manifest.site) };
  const config = make('script', { id: 'einwurf', type: 'application/json' }, JSON.stringify(given));
  const pinned = { type: 'module', src: relay + script.path, integrity: script.sri, crossOrigin: '' };
  await run(config, make('script', pinned), limit);
};

/** Tries one relay after the other; what fails at the last leaves the ordinary contact ways. */
export const openStaff = async (fragment) => {
  wait(true);
  for (const relay of relays.split(' ')) {
    try {
      await start(relay, fragment);
      leave();
      return;
    } catch {
      // The next relay, or none.
    }
  }
  wait(false);
  fail();
};
