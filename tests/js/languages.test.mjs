// Texts that speak of a number have the forms of their language, as the browser's Intl asks for them.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

const FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'];
const folder = new URL('../../languages/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

const plurals = (value, path = '') => {
  if (!value || typeof value !== 'object') return [];
  if ('other' in value) return [[path, Object.keys(value)]];
  return Object.entries(value).flatMap(([name, inner]) => plurals(inner, `${path}.${name}`));
};

// What is wrong with a text's forms, for counts up to 200.
const wrong = (locale, forms) => {
  const rules = new Intl.PluralRules(locale);
  const needed = new Set(Array.from({ length: 201 }, (_, count) => rules.select(count)));
  const known = rules.resolvedOptions().pluralCategories;
  return [
    ...[...needed].filter((form) => !forms.includes(form)).map((form) => `lacks ${form}`),
    ...forms.filter((form) => !FORMS.includes(form) || !known.includes(form)).map((form) => `${form} is never asked for`),
  ];
};

test('every text that speaks of a number has the forms of its language and no other', () => {
  assert.ok(files.length >= 3);
  for (const file of files) {
    const language = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    const all = ['widget', 'inbox', 'mail'].flatMap((part) => plurals(language[part], part));
    assert.ok(all.length > 10, file);
    for (const [path, forms] of all) {
      assert.deepEqual(wrong(language.meta.locale, forms), [], `${file}: ${path}`);
    }
  }
});

test('a form that is missing or that the language has not is named', () => {
  assert.deepEqual(wrong('en-GB', ['other']), ['lacks one']);
  assert.deepEqual(wrong('en-GB', ['one', 'few', 'other']), ['few is never asked for']);
  assert.deepEqual(wrong('pl', ['one', 'other']), ['lacks many', 'lacks few']);
  assert.deepEqual(wrong('pl', ['one', 'few', 'many', 'other']), []);
});
