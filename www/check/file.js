// What somebody saved: JSON, or a page that carries it (docs/protocol.md, section 7.4).

import { need, utf8 } from './bytes.js';
import { parse } from './json.js';

const FILE_BYTES = 67108864;
const OPENING = '<script type="application/json" id="einwurf-proof">';

/** The object in a file's text. */
export const readFile = (text) => {
  need(text.length <= FILE_BYTES, 'size');
  const parts = text.split(OPENING);
  need(parts.length <= 2, 'form');
  const json = parts.length === 2 ? parts[1].split('</script')[0] : text;
  const file = parse(utf8(json));
  need(file, 'form');
  return file;
};
