// Where a conversation lies: encrypted in sessionStorage (this tab) or localStorage (remembered), each writing under a
// key of its own that cannot be extracted and lies in IndexedDB. Beside it, for the tab alone, lies what was not sent yet.
// Every function answers also where storage is blocked,
// full or forbidden: then nothing is kept.

import { deleteKey, getKey, putKey, sweep } from './keys.js';

// Browsers bring closed tabs back with their storage; what nobody opened for so long counts as closed.
const TAB_SECONDS = 86400;

const NOTHING = { kept: null, pending: false };

const bytes = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt());
const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''));

// Nobody else writes while this tab does; without locks the tabs of one visitor may get into each other's way.
const alone = (work) => (navigator.locks ? navigator.locks.request('einwurf', work) : work());

const orElse = async (fallback, work) => {
  try {
    return await alone(work);
  } catch {
    return fallback;
  }
};

/**
 * What is kept for one site.
 *
 * @param {string} site site address
 * @param {() => number} now seconds since 1970
 */
export const openStore = (site, now) => {
  const name = 'einwurf:' + site;
  const unsentName = 'einwurf-unsent:' + site;
  // What this tab went on with or wrote in localStorage: another conversation there is not this one's to replace.
  let seen = null;
  // What was read there last, whether the frame goes on with it or not.
  let handed = null;

  const cipher = ({ iv, end, pending }, at) => ({
    name: 'AES-GCM',
    iv: bytes(iv),
    additionalData: new TextEncoder().encode(
      [at === name ? 'einwurf/1 keeper' : 'einwurf/1 keeper unsent', site, end, pending].join('\n'),
    ),
  });

  const parse = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  };

  const remove = async (storage, at = name) => {
    const entry = parse(storage.getItem(at));
    storage.removeItem(at);
    if (entry?.id) await deleteKey(entry.id);
  };

  const write = async (storage, kept, end, pending, at = name) => {
    const before = parse(storage.getItem(at));
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const iv = base64(crypto.getRandomValues(new Uint8Array(12)));
    const entry = { id: crypto.randomUUID(), iv, end, pending };
    const text = base64(await crypto.subtle.encrypt(cipher(entry, at), key, kept));
    await putKey(entry.id, { key, end });
    const written = JSON.stringify({ ...entry, text });
    try {
      storage.setItem(at, written);
    } catch (error) {
      await deleteKey(entry.id);
      throw error;
    }
    if (before?.id) await deleteKey(before.id);
    return written;
  };

  // What lies there and still counts. What has ended or cannot be opened is removed; if only the key cannot be asked
  // for, it stays for another time.
  const read = async (storage, at = name) => {
    const text = storage.getItem(at);
    if (text === null) return null;
    const entry = parse(text);
    const held = entry?.end > now() ? await getKey(entry.id) : null;
    try {
      const kept = await crypto.subtle.decrypt(cipher(entry, at), held.key, bytes(entry.text));
      return { kept: new Uint8Array(kept), pending: entry.pending, text };
    } catch {
      await remove(storage, at);
      return null;
    }
  };

  // Written anew at once: where a tab was copied, the copy has none.
  const getUnsent = async () => {
    const held = await read(sessionStorage, unsentName);
    if (held) await write(sessionStorage, held.kept, now() + TAB_SECONDS, false, unsentName);
    return held?.kept ?? null;
  };

  const keepUnsent = async (unsent) => {
    if (unsent) await write(sessionStorage, unsent, now() + TAB_SECONDS, false, unsentName);
    else await remove(sessionStorage, unsentName).then(() => sweep(now()));
    return true;
  };

  const get = async () => {
    await sweep(now());
    handed = null;
    const own = await read(sessionStorage);
    if (own) {
      // The tab is open, so its day begins anew.
      await write(sessionStorage, own.kept, now() + TAB_SECONDS, own.pending).catch(() => {});
      return { kept: own.kept, pending: own.pending };
    }
    const remembered = await read(localStorage);
    if (!remembered) return NOTHING;
    handed = remembered.text;
    return { kept: remembered.kept, pending: remembered.pending };
  };

  const keep = async ({ keep: kept, until, pending }) => {
    if (until === null) {
      await write(sessionStorage, kept, now() + TAB_SECONDS, pending);
      if (seen !== null && localStorage.getItem(name) === seen) await remove(localStorage);
      return true;
    }
    if (until <= now()) return false;
    seen = await write(localStorage, kept, until, pending);
    await remove(sessionStorage);
    return true;
  };

  const forget = async () => {
    await remove(sessionStorage);
    await remove(sessionStorage, unsentName);
    await remove(localStorage);
    await sweep(now());
    return true;
  };

  return {
    /** `{kept, pending}`; nothing kept is null. */
    get: () => orElse(NOTHING, get),
    /** What `get` gave last is what the frame goes on with. */
    claim: () => {
      seen = handed ?? seen;
    },
    /** Whether it lies there now. */
    keep: (state) => orElse(false, () => keep(state)),
    /** What was not sent yet, or null. */
    getUnsent: () => orElse(null, getUnsent),
    /** Whether that lies there now; with null, whether nothing of it does. */
    keepUnsent: (unsent) => orElse(false, () => keepUnsent(unsent)),
    /** Whether nothing lies there any more. */
    forget: () => orElse(false, forget),
  };
};
