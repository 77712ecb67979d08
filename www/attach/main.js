// Files in the browser: prepared, sealed, sent, fetched, opened. Loaded by both apps with the first file
// (docs/protocol.md, section 16.7). Every promise rejects with a word; the apps have a sentence for each.
import { start } from './engine.js';
import { name } from './names.js';
import { look, prepare, release } from './prepare.js';
import { mark } from './mark.js';
import { open, seal } from './seal.js';
import { fetchPart, upload } from './transfer.js';

/** Whatever else goes wrong is one word, too: no stack and no name of a file leaves the module. */
const told = (step) => async (...given) => {
  try {
    return await step(...given);
  } catch (error) {
    throw typeof error === 'string' ? error : 'failed';
  }
};

/**
 * Fetches and opens a file.
 * @param {import('./transfer.js').Target} target
 * @param {object} attachment what the message says of it
 * @param {number | undefined} bytes length of its ciphertext, as the relay says
 * @param {{cid: string}} conversation
 * @param {{signal?: AbortSignal, onprogress?: (done: number, all: number) => void}} [options]
 * @returns {Promise<Blob>} only when all of it is there and right
 */
const download = (target, attachment, bytes, { cid }, options = {}) =>
  open(attachment, bytes, cid, (part, length) => fetchPart(target, attachment.id, part, length, options.signal), options);

globalThis.einwurfAttach = {
  start: told(start),
  prepare: told(prepare),
  mark: told(mark),
  seal: told(seal),
  upload: told(upload),
  download: told(download),
  look: told(look),
  release,
  name,
};
