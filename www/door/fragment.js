// First of all: the fragment may hold a secret, so it leaves address bar and history before anything else runs.

const { hash } = location;
if (hash) history.replaceState(null, '', location.pathname + location.search);

/** What the address asked for, without its `#`; from here on in memory only. */
export const fragment = hash.slice(1);

// A link that is opened in this tab once more changes only the fragment. The page begins anew, and the lines above take
// the new one as they took the first: no storage ever holds it, which browsers write to disk and do not clear there, and
// an app that ran here is gone with its keys. What names an element is a jump within the page.
addEventListener('hashchange', () => {
  const asked = location.hash.slice(1);
  if (asked && !document.getElementById(asked)) location.reload();
});
