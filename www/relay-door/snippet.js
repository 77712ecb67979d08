// What elsewhere a company's page says (www/launcher/snippet.js): here the link names the site, and its manifest the rest.

import { fragment } from '../door/fragment.js';

const link = new URLSearchParams(fragment);

/** A conversation to open, if the link brings one. */
export const bundle = link.get('bundle') ?? undefined;

/** Members that the launcher's code reads; name, ways and register come from the manifest. */
export const snippet = {
  site: link.get('site'),
  relay: location.origin,
  // Any key: this page comes from the same server as the manifest, so it could not hold the server to one.
  pin: { includes: () => true },
};

/** No nonce: this page's own policy names its scripts. */
export const nonce = '';

/** The sentence stands in this page. */
export const sorry = () => '';
