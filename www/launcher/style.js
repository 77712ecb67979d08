// A constructed style sheet: a page's Content-Security-Policy needs no style directive for it.
// The button has one look, with an edge that shows on light and dark pages; the dialog takes the system's colours, so that
// dark mode and forced colours need no rule. Rules and declarations stand in the order that compresses best.

const CSS =
  ':modal{inset:0;min-height:100%;border:0;border-radius:0;min-width:100%;margin:0}' +
  'iframe{height:100%;border:0;width:100%}' +
  'dialog:not([open]),[open]+button{visibility:hidden}' +
  'dialog,dialog+button{bottom:env(safe-area-inset-bottom);margin:16px;z-index:999;inset-inline:auto env(safe-area-inset-right);color-scheme:light dark;font:600 1em/24px system-ui;position:fixed}' +
  'dialog{border:2px solid #888;width:400px;padding:env(safe-area-inset-top)0 env(safe-area-inset-bottom);max-height:calc(100% - 32px);border-radius:16px;z-index:99999;display:block;max-width:calc(100% - 32px);box-sizing:border-box}' +
  ':host{all:initial!important}' +
  ':has(iframe){height:640px}' +
  '@media print{*{display:none!important}}' +
  'button{display:flex;border-radius:28px;gap:16px;place-items:center;cursor:pointer;background:#0f5c5c;padding:14px 24px;border:2px solid;color:#fff}' +
  'p,p~*{display:block;margin:24px;font:inherit}' +
  'dialog+button:before{height:4px;width:12px;border-radius:4px;border:6px solid;content:""}' +
  '[aria-busy]{opacity:.8}';

/** The style of the shadow root. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
