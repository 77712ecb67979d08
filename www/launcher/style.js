// A constructed style sheet: a page's Content-Security-Policy needs no style directive for it.
// The button has one look, with an edge that shows on light and dark pages; the dialog takes the system's colours, so that
// dark mode and forced colours need no rule. What only the frame needs comes with it (www/opener/style.js). Rules and declarations stand in the order that compresses best.

const CSS =
  '[hidden],dialog:not([open]),[open]+button{visibility:hidden}' +
  'dialog+button,dialog{margin:16px;z-index:999;position:fixed;bottom:env(safe-area-inset-bottom);inset-inline:auto env(safe-area-inset-right);color-scheme:light dark}' +
  ':host{all:initial!important}' +
  '@media print{*{display:none!important}}' +
  'dialog{max-height:calc(100% - 32px);border:2px solid #888;width:400px;padding:0;border-radius:16px;z-index:99999;display:block;max-width:calc(100% - 32px);box-sizing:border-box}' +
  'button{display:inline-flex;border-radius:28px;gap:16px;cursor:pointer;place-items:center;background:#0f5c5c;padding:14px 24px;border:2px solid;color:#fff}' +
  '*{font:600 1em/24px system-ui}' +
  '[aria-busy]{opacity:.8}' +
  'p~*,p{margin:24px;display:block}' +
  ':host>button:before{height:4px;border-radius:4px;border:6px solid;content:"";width:12px}';

/** The style of the shadow root. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
