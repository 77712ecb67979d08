// A constructed style sheet: a page's Content-Security-Policy needs no style directive for it.
// The button looks as the page's custom properties say (docs/embedding.en.md), with an edge that shows on light and dark
// pages; the dialog takes the system's colours, so that dark mode and forced colours need no rule. The first rule holds
// what the snippet says of the look; of that, custom properties alone count, since `all` comes after it. What only the
// frame needs comes with it (www/opener/style.js). Rules and declarations stand in the order that compresses best.

const CSS =
  ':host{}' +
  '[hidden],dialog:not([open]),[open]+button{visibility:hidden}' +
  'dialog+button,dialog{margin:16px;z-index:999;bottom:var(--einwurf-bottom,env(safe-area-inset-bottom));position:fixed;inset-inline:var(--einwurf-inset,auto env(safe-area-inset-right));color-scheme:light dark}' +
  'dialog{width:400px;border-radius:16px;padding:0;border:2px solid #888;z-index:99999;display:block}' +
  ':host{all:initial!important}' +
  '[aria-busy]{opacity:.8}' +
  '*{font:600 1em/24px var(--einwurf-font,system-ui)}' +
  'button{padding:14px 24px;border:2px solid;color:var(--einwurf-ink,#fff);place-items:center;cursor:pointer;background:var(--einwurf-accent,#0f5c5c);border-radius:var(--einwurf-radius,28px);gap:16px;display:inline-flex}' +
  '@media print{*{display:none!important}}' +
  'dialog *{margin:24px;display:block}' +
  ':host>button:before{width:12px;border-radius:4px;height:4px;border:6px solid;content:var(--einwurf-icon,"")}';

/** The style of the shadow root. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
