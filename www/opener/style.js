// What the launcher's style sheet leaves to the moment at which there is a frame: its size, and the full sheet on phones.

const CSS =
  'iframe{display:block;width:100%;height:100%;border:0}' +
  ':has(iframe){height:640px}' +
  ':modal{inset:0;min-width:100%;min-height:100%;margin:0;border:0;border-radius:0;' +
  'padding:env(safe-area-inset-top)0 env(safe-area-inset-bottom)}';

/** Dresses the launcher's shadow root, once. */
export const dress = (root) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [root.adoptedStyleSheets[0], sheet];
};
