// First of all: the fragment may hold a secret, so it leaves address bar and history before anything else runs.

const { hash } = location;
if (hash) history.replaceState(null, '', location.pathname + location.search);

/** What the address asked for, without its `#`; from here on in memory only. */
export const fragment = hash.slice(1);
