// What the launcher's style sheet leaves to the moment at which there is a frame: its size, its place above a keyboard, and
// the full sheet on phones, upright or not.

const SEEN = 'var(--einwurf-from,0px) + var(--einwurf-tall,100%)';
const SHEET =
  'margin:0;border:0;border-radius:0;inset:var(--einwurf-from,0px)0 auto;width:auto;min-width:100%;max-height:none;' +
  'height:var(--einwurf-tall,100%);padding:env(safe-area-inset-top)0 env(safe-area-inset-bottom)';

const CSS =
  'iframe{width:100%;height:100%;margin:0;border:0}' +
  'dialog{box-sizing:border-box;max-width:calc(100% - 32px);max-height:calc(var(--einwurf-tall,100%) - 32px);' +
  `bottom:max(env(safe-area-inset-bottom),100% - (${SEEN}))}` +
  'dialog:has(iframe){height:640px;overflow:hidden}' +
  `dialog:modal{${SHEET}}` +
  `@media(max-height:480px){dialog:has(iframe){${SHEET}}}`;

/** Dresses the launcher's shadow root, once. */
export const dress = (root) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [root.adoptedStyleSheets[0], sheet];
};
