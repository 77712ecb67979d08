// What the page says, in the attributes of the script element (docs/embedding.en.md).

/** Attributes by name; nonce of the script. */
export const { dataset: snippet, nonce } = document.currentScript;

/** Language, and the sentence above the contact ways; the German one suits Sie and Du. */
export const [lang, sorry] =
  snippet.register == 'en'
    ? ['en', 'Writing does not work right now.']
    : ['de', 'Schreiben geht hier gerade nicht.'];
