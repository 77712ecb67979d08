// A constructed style sheet: a page's Content-Security-Policy needs no style directive for it.
// The button has one look, with an edge that shows on light and dark pages; the dialog takes the system's colours, so that
// dark mode and forced colours need no rule. Rules and declarations stand in the order that compresses best.

const CSS =
  ':modal{margin:0;min-width:100%;inset:0;border-radius:0;border:0;min-height:100%}' +
  'dialog,dialog+button{position:fixed;inset-inline:auto env(safe-area-inset-right);box-shadow:0 4px 24px #0004;bottom:env(safe-area-inset-bottom);margin:16px;z-index:999;font:600 1em/24px system-ui;color-scheme:light dark}' +
  'dialog{border-radius:16px;z-index:99999;display:block;width:400px;padding:env(safe-area-inset-top)0 env(safe-area-inset-bottom);max-height:calc(100% - 32px);box-sizing:border-box;border:2px solid #888;max-width:calc(100% - 32px)}' +
  ':host{all:initial!important}' +
  '[aria-busy]{opacity:.8}' +
  ':has(iframe){height:640px}' +
  'iframe{width:100%;border:0;height:100%}' +
  'dialog:not([open]),[open]+button{visibility:hidden}' +
  'button{display:flex;border:2px solid;border-radius:28px;cursor:pointer;place-items:center;color:#fff;padding:14px 24px;outline-offset:4px;background:#0f5c5c;gap:16px}' +
  'p,p~*{margin:24px;font:inherit;display:block}' +
  'dialog+button:before{height:4px;border:6px solid;border-radius:4px;width:12px;content:""}' +
  '@media print{*{display:none!important}}';

/** The style of the shadow root. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
