// From what somebody picked to what may go out: known by content, without metadata, pictures small.
import { Raw, forPdf } from './engine.js';
import { drawn, encoded, fits, pictures, trustworthy } from './picture.js';
import { neutral } from './names.js';
import { Parts, SLICE, breath, slices } from './pieces.js';

/** The most bytes of all files of a message (docs/protocol.md, section 1.6). */
const MOST = 25_000_000;

/**
 * A file that may go out.
 * @typedef {object} Prepared
 * @property {string} kind ending of its name: `jpg`, `pdf` …
 * @property {string} name neutral
 * @property {string} mediaType by content
 * @property {number} length in bytes
 * @property {boolean} cleaned false only if somebody decided to send it as it is
 * @property {boolean} picture
 * @property {boolean} video
 * @property {boolean} markable whether `mark` can draw on it
 * @property {number} [width] of the picture as it was picked, in pixels; its shape stays
 * @property {number} [height]
 * @property {string} [preview] a `blob:` address for an image
 * @property {Blob} blob
 */

/**
 * @param {Blob} file
 * @param {{original?: boolean, unclean?: boolean, number?: number, words?: object}} [options]
 * @param {(done: number) => void} [onprogress]
 * @returns {Promise<Prepared>}
 */
export async function prepare(file, { original, unclean, number, words } = {}, onprogress) {
  const found = await known(file, (done) => onprogress?.(done / 2)).catch((word) => {
    // A locked document does not even say what it is: no decision helps, and nobody is asked for it twice.
    throw unclean && word === 'protected' ? 'unknown' : word;
  });
  const bitmap = found.picture ? await shown(file, found) : undefined;
  try {
    const small = bitmap && !original ? await smaller(file, found, bitmap) : undefined;
    const clean = await cleaned(small ?? file, small ? await known(small) : found, unclean);
    onprogress?.(1);
    return finished(clean, bitmap, neutral(clean, words, number));
  } finally {
    bitmap?.close?.();
  }
}

/** Frees what a prepared file holds of the browser's memory. */
export function release(prepared) {
  if (prepared?.preview) URL.revokeObjectURL(prepared.preview);
}

/** What a blob is; `null` for what is not accepted. */
export async function look(blob) {
  try {
    return await known(blob);
  } catch {
    return null;
  }
}

/** A picture that a canvas made, as a prepared file. */
export async function redrawn(blob, before, bitmap) {
  const clean = await cleaned(blob, await known(blob), false);
  const dot = before.name.lastIndexOf('.');
  return finished(clean, bitmap, `${before.name.slice(0, dot)}.${clean.kind}`);
}

function finished(clean, bitmap, name) {
  const preview = bitmap ? URL.createObjectURL(clean.blob) : undefined;
  const markable = Boolean(bitmap) && clean.kind !== 'gif' && trustworthy();
  const { kind, mediaType, picture, video, blob, cleaned } = clean;
  return {
    ...{ kind, name, mediaType, length: blob.size, cleaned, picture, video, markable },
    ...{ width: bitmap?.width, height: bitmap?.height, preview, blob },
  };
}

async function known(blob, onprogress) {
  const raw = await read(Raw, blob, onprogress);
  try {
    const found = raw.kind();
    const { kind, mediaType, picture, video } = found;
    found.free();
    return { kind, mediaType, picture, video };
  } finally {
    raw.free();
  }
}

async function read(Type, blob, onprogress) {
  if (blob.size > MOST) throw 'too-large';
  const raw = new Type(blob.size);
  let done = 0;
  try {
    for await (const bytes of slices(blob)) {
      raw.push(bytes);
      onprogress?.((done += bytes.length) / blob.size);
    }
  } catch (error) {
    raw.free();
    throw error;
  }
  return raw;
}

/** The blob without metadata; an office document or a protected one as it is, if somebody decided so. */
async function cleaned(blob, found, unclean) {
  const pdf = found.kind === 'pdf';
  const raw = await read(pdf ? await forPdf() : Raw, blob);
  let clean;
  let asItIs = false;
  try {
    clean = raw.clean(false);
  } catch (error) {
    // The first try took the bytes with it.
    if (!unclean || (error !== 'office' && error !== 'protected')) throw error;
    asItIs = true;
    clean = (await read(pdf ? await forPdf() : Raw, blob)).clean(true);
  }
  const parts = new Parts();
  for (let at = 0; at < clean.length; at += SLICE) {
    parts.push(clean.slice(at, SLICE));
    await breath();
  }
  clean.free();
  return { ...found, cleaned: !asItIs, blob: new Blob(parts.end(), { type: found.mediaType }) };
}

/** The decoded picture, if this browser can decode it. One that it should be able to decode is broken. */
async function shown(file, { kind, mediaType }) {
  try {
    return await drawn(new Blob([file], { type: mediaType }));
  } catch {
    if (pictures.everywhere.includes(kind)) throw 'broken';
    return undefined;
  }
}

/** A picture that goes out quickly; nothing if the file does so itself, or the browser's canvas does not say the truth. */
async function smaller(file, { kind }, bitmap) {
  if (kind === 'gif' || fits(file, bitmap) || !trustworthy()) return undefined;
  const small = await encoded(bitmap, kind);
  return small.size < file.size ? small : undefined;
}
