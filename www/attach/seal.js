// Sealing into parts, and opening from them.
import { Opener, Sealer } from './engine.js';
import { PART, Parts, SLICE, breath, free, slices } from './pieces.js';
import { look } from './prepare.js';

/**
 * Seals a prepared file for a conversation.
 * @param {{blob: Blob, name: string, mediaType: string}} prepared
 * @param {{cid: string}} conversation its id in base64url
 * @param {{signal?: AbortSignal, onprogress?: (done: number) => void}} [options]
 * @returns {Promise<{attachment: object, bytes: number, parts: Blob[]}>}
 */
export async function seal({ blob, name, mediaType }, { cid }, { signal, onprogress } = {}) {
  const sealer = new Sealer(cid, blob.size);
  const parts = new Parts();
  let done = 0;
  try {
    for await (const bytes of slices(blob, signal)) {
      parts.push(sealer.update(bytes));
      onprogress?.((done += bytes.length) / blob.size);
    }
  } catch (error) {
    sealer.free();
    throw error;
  }
  const sealed = sealer.finish();
  parts.push(sealed.tail());
  parts.end();
  const { id, key, digest } = sealed;
  sealed.free();
  const attachment = { id, key, length: blob.size, name, media_type: mediaType, digest };
  return { attachment, bytes: parts.list.reduce((sum, part) => sum + part.size, 0), parts: parts.list };
}

/** Opens what `part(number, length)` gives; nothing is given out before all of it was right. */
export async function open(attachment, bytes, cid, part, { signal, onprogress } = {}) {
  const opener = new Opener(cid, JSON.stringify(attachment));
  const plain = new Parts();
  try {
    const all = opener.bytes;
    if (bytes !== undefined && bytes !== all) throw 'broken';
    for (let at = 0; at < all; at += PART) {
      if (signal?.aborted) throw 'aborted';
      const sealed = await part(at / PART, Math.min(PART, all - at));
      for (let from = 0; from < sealed.length; from += SLICE) {
        plain.push(opener.update(sealed.subarray(from, from + SLICE)));
        await breath();
      }
      onprogress?.(at + sealed.length, all);
      free(sealed);
    }
  } catch (error) {
    opener.free();
    throw error;
  }
  opener.finish();
  const blob = new Blob(plain.end());
  const found = await look(blob);
  // What pretends to be something else is a mere download.
  const type = found?.mediaType === attachment.media_type ? found.mediaType : 'application/octet-stream';
  return blob.slice(0, blob.size, type);
}
