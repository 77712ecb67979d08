// What the page says, in the attributes of the script element (docs/embedding.en.md).

/** Attributes by name; nonce of the script. */
export const { dataset: snippet, nonce } = document.currentScript;

/** Language, and the sentence above the contact ways; the German one suits Sie and Du. */
export const [lang, sorry] =
  snippet.register == 'en'
    ? ['en', 'This does not work now.']
    : ['de', 'Das geht gerade nicht.'];
