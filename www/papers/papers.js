// Which files a paper has.

import { picture } from './code.js';
import { dataFile, dataPage } from './data.js';
import { jsonld } from './jsonld.js';
import { proof } from './proof.js';
import { open } from './read.js';
import { receiptPage } from './receipt.js';
import { words } from './words.js';

const JSON_TYPE = 'application/json;charset=utf-8';
const PAGE = 'text/html;charset=utf-8';

const pretty = (value) => JSON.stringify(value, null, 1) + '\n';

// So that two conversations do not lie under one name; nothing of a person is in it.
const stem = (name, { now, cid }) =>
  `${name}-${new Date(now * 1000).toISOString().slice(0, 10)}-${cid.slice(0, 6).replaceAll('_', '-')}`;

const receiptFiles = (bag) => {
  const file = pretty(proof(bag));
  return { file, linked: (texts) => pretty(jsonld(bag, file, texts)) };
};

const KINDS = {
  receipt(bag, said) {
    const { file, linked } = receiptFiles(bag);
    const text = receiptPage(bag, { file, linked: linked(said.texts) }, said);
    return [{ name: stem(said.texts.receipt_file, bag) + '.html', type: PAGE, text }];
  },
  'receipt-json'(bag, said) {
    const { file, linked } = receiptFiles(bag);
    const name = stem(said.texts.receipt_file, bag);
    return [
      { name: name + '.json', type: JSON_TYPE, text: file },
      { name: name + '.jsonld', type: 'application/ld+json', text: linked(said.texts) },
    ];
  },
  data(bag, said) {
    const name = stem(said.texts.data_file, bag);
    return [
      { name: name + '.html', type: PAGE, text: dataPage(bag, said) },
      { name: name + '.json', type: JSON_TYPE, text: pretty(dataFile(bag)) },
    ];
  },
};

/**
 * The files of one kind (docs/protocol.md, section 16.5).
 *
 * @param {'receipt' | 'receipt-json' | 'data' | 'code'} kind
 * @param {object | string} bag or its JSON text; for `code` the private link
 * @param {string} register
 * @returns {{name: string, type: string, text: string}[]}
 */
export const papers = (kind, bag, register) =>
  kind === 'code'
    ? [{ name: 'code.svg', type: 'image/svg+xml', text: picture(bag) }]
    : KINDS[kind](open(bag), words(register));
