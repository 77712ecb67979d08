// The check page: takes a file, checks it (verify.js) and says what it found. Nothing leaves the page.

import { Fault } from './bytes.js';
import { readFile } from './file.js';
import { show, showFault } from './show.js';
import TEXTS from './texts.json' with { type: 'json' };
import { check } from './verify.js';

const FILE_BYTES = 67108864;

const find = (id) => document.getElementById(id);
const [drop, input, language, result] = ['drop', 'file', 'language', 'result'].map(find);

let texts = navigator.language.startsWith('de') ? TEXTS.de : TEXTS.en;
// Shows the last result again, in the other language.
let again = () => {};

const speak = () => {
  document.documentElement.lang = texts.lang;
  document.title = `${texts.title} · Einwurf`;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = texts[element.dataset.text];
  language.textContent = texts.other;
  language.lang = texts.lang === 'de' ? 'en' : 'de';
  again();
};

const open = async (file) => {
  if (file.size > FILE_BYTES) return { code: 'size' };
  if (!crypto.subtle) return { code: 'crypto' };
  try {
    return { found: await check(readFile(await file.text())) };
  } catch (error) {
    // What no check foresaw is no receipt either.
    return error instanceof Fault ? { code: error.code, at: error.at } : { code: 'unreadable' };
  }
};

// A file that was chosen later counts, also if it is read sooner.
let asked = 0;

const take = async (file) => {
  if (!file) return;
  asked += 1;
  const mine = asked;
  again = () => {};
  result.replaceChildren(texts.busy);
  const { found, code, at } = await open(file);
  if (mine !== asked) return;
  again = () => result.replaceChildren(...(found ? show(found, file.name, texts) : showFault(code, at, file.name, texts)));
  again();
};

input.onchange = () => {
  take(input.files[0]);
  // The same file again is a new question.
  input.value = '';
};

addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
addEventListener('dragleave', () => drop.classList.remove('over'));
addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  take(event.dataTransfer.files[0]);
});

language.onclick = () => {
  texts = texts === TEXTS.de ? TEXTS.en : TEXTS.de;
  speak();
};
speak();
