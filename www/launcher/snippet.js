// What the page says: attributes of the script element, and for all that they leave open the members of
// `EinwurfSettings` (docs/embedding.en.md). Attributes win, so no element that a page's visitors could bring in under
// that name replaces pin, site or relay.

let { dataset, nonce } = document.currentScript;

/** Attributes by name; nonce of the script. */
export let snippet = { ...window.EinwurfSettings, ...dataset };
export { nonce };

/** A later script's, when the button is put up again. */
export const replace = (...later) => ([snippet, nonce] = later);

/** The sentence above the contact ways; the German one suits Sie and Du, and whoever reads another language gets the English. */
export const sorry = () => (/^de/.test(snippet.register) ? 'Das geht gerade nicht.' : 'This does not work now.');
