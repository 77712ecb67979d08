// JSON that every reader reads alike: an object, and no member twice (docs/protocol.md, section 1.3).

const STRING = /"(?:[^"\\]|\\.)*"/y;
const OTHER = /[^"{}[\],:]+/y;

// Walks the text, which is JSON already; the names of each open object are remembered.
const repeats = (text) => {
  const open = [];
  let at = 0;
  while (at < text.length) {
    const pattern = text[at] === '"' ? STRING : OTHER;
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (!found) {
      if (text[at] === '{') open.push(new Set());
      if (text[at] === '[') open.push(null);
      if (text[at] === '}' || text[at] === ']') open.pop();
      at += 1;
      continue;
    }
    at += found.length;
    const names = open.at(-1);
    if (pattern === STRING && names && /^\s*:/.test(text.slice(at, at + 64))) {
      const name = JSON.parse(found);
      if (names.has(name)) return true;
      names.add(name);
    }
  }
  return false;
};

/** The object, or null. */
export const parse = (bytes) => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text);
    return isObject(value) && !repeats(text) ? value : null;
  } catch {
    return null;
  }
};

/** Neither list nor null. */
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether an object has exactly the members of a form: each name has a test, and those that end in `?` may be absent.
 */
export const isForm = (value, form) => {
  if (!isObject(value)) return false;
  const tests = Object.entries(form).map(([name, test]) => [name.replace('?', ''), name.endsWith('?'), test]);
  const known = new Set(tests.map(([name]) => name));
  return (
    Object.keys(value).every((name) => known.has(name)) &&
    tests.every(([name, optional, test]) =>
      Object.hasOwn(value, name) && !(optional && value[name] === null) ? test(value[name]) : optional,
    )
  );
};

const is32 = /^[\w-]{43}$/;

/** Tests of values. */
export const a = {
  text: (value) => typeof value === 'string',
  id: (value) => typeof value === 'string' && is32.test(value),
  count: (value) => Number.isSafeInteger(value) && value >= 0,
  flag: (value) => typeof value === 'boolean',
  one: (...values) => (value) => values.includes(value),
  list: (test) => (value) => Array.isArray(value) && value.every(test),
  object: isObject,
};
