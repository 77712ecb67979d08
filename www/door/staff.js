// The staff's app in the door's own page: one module, pinned by the hash in a manifest that this page may trust.

import { make } from '../launcher/make.js';
import { snippet } from '../launcher/snippet.js';
import { verify } from '../launcher/verify.js';
import { fail, leave, wait } from './view.js';

const { site, pin, relay: relays } = snippet;
// As long as the launcher waits for a relay.
const LIMIT = 15000;

// A link's secrets are for the site that this door pins; whatever pin it brought, the verified one counts.
const addressed = (fragment, key) => {
  const asked = new URLSearchParams(fragment);
  if ((asked.get('site') ?? site) !== site) throw new Error('a link to another site');
  asked.delete('inbox');
  asked.set('site', site);
  asked.set('pin', key);
  return '#' + asked;
};

const start = async (relay, fragment) => {
  const answer = await fetch(relay + '/v1/manifest', {
    signal: AbortSignal.timeout(LIMIT),
    referrerPolicy: 'no-referrer',
    headers: { 'einwurf-site': site },
  });
  const manifest = await verify(await answer.text(), pin, relay, Date.now() / 1000);
  const { script, wasm, style, texts } = manifest.code.inbox;
  const config = { relay, wasm, style, texts, door: true, fragment: addressed(fragment, manifest.site) };
  document.getElementById('einwurf')?.remove();
  document.head.append(make('script', { id: 'einwurf', type: 'application/json' }, JSON.stringify(config)));
  // The app says whether it runs; a script that was refused says nothing.
  await new Promise((resolve, reject) => {
    addEventListener('einwurf', ({ detail }) => (detail ? resolve() : reject(detail)), { once: true });
    const module = { type: 'module', src: relay + script.path, integrity: script.sri, crossOrigin: '' };
    document.head.append(make('script', { ...module, onerror: reject }));
  });
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
