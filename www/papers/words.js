// Words of a register: sentences with their places filled, dates as people write them.

import TEXTS from './texts.json' with { type: 'json' };

export { TEXTS };

/** `say(key, places)`, `time(seconds)`, `day(seconds)` and the texts of a register. */
export const words = (register) => {
  const texts = TEXTS[register];
  const format = (options) => new Intl.DateTimeFormat(texts.locale, options);
  const [moment, date] = [
    format({ dateStyle: 'long', timeStyle: 'long' }),
    format({ dateStyle: 'long' }),
  ];
  return {
    texts,
    time: (seconds) => moment.format(seconds * 1000),
    day: (seconds) => date.format(seconds * 1000),
    // From left to right, so that a value that looks like a place stays what it is.
    say: (key, places = {}) =>
      texts[key].replace(/\{(\w+)\}/g, (place, name) => (name in places ? places[name] : place)),
  };
};
