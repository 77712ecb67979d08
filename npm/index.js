// Loads the launcher into a page that is made by a bundler. The launcher itself is no part of this package: it is a file of
// the release that the site's key signed, and comes from the company's own server (docs/embedding.en.md).

let loading = null;
let loaded = null;
let users = 0;

const insert = ({ src = '/einwurf-launcher.js', integrity, nonce, policy, ...settings }) =>
  new Promise((resolve, reject) => {
    if (!integrity && new URL(src, document.baseURI).origin !== location.origin) {
      throw new Error('einwurf: a launcher from another origin needs its `integrity`');
    }
    const script = document.createElement('script');
    for (const [name, value] of Object.entries(settings)) if (value != null) script.dataset[name] = String(value);
    Object.assign(script, {
      async: true,
      crossOrigin: 'anonymous',
      ...(integrity && { integrity }),
      ...(nonce && { nonce }),
      onload() {
        script.remove();
        if (typeof window.Einwurf?.destroy === 'function') resolve(window.Einwurf);
        else reject(new Error('einwurf: this file is not the launcher'));
      },
      onerror() {
        script.remove();
        reject(new Error('einwurf: the launcher could not be loaded'));
      },
    });
    script.src = policy ? policy.createScriptURL(src) : src;
    document.head.append(script);
  });

// The owner may have taken the button away without us.
const forget = () => {
  loading = loaded = null;
  users = 0;
};

// Whoever mounts again before the launcher has come, as React does in strict mode, keeps it.
const leave = async (joined) => {
  await joined.catch(() => {});
  if (loading !== joined) return;
  users -= 1;
  if (users) return;
  if (window.Einwurf === loaded) loaded?.destroy();
  forget();
};

/**
 * Puts up the button, once in a document, and resolves with what can be asked of it.
 *
 * @param {import('./index.d.ts').Settings} settings what the inbox shows as the snippet
 * @param {{ signal?: AbortSignal }} [options] whoever aborts needs the button no longer; with the last one it goes
 * @returns {Promise<import('./index.d.ts').Einwurf>}
 */
export const load = async (settings, { signal } = {}) => {
  if (typeof document === 'undefined') throw new Error('einwurf: there is no page here; call `load` in the browser');
  signal?.throwIfAborted();
  if (loaded && window.Einwurf !== loaded) forget();
  if (!loading) {
    const mine = insert(settings);
    loading = mine;
    mine.then(
      (einwurf) => loading === mine && (loaded = einwurf),
      () => loading === mine && forget(),
    );
  }
  const joined = loading;
  users += 1;
  signal?.addEventListener('abort', () => leave(joined), { once: true });
  return joined;
};
