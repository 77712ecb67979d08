// A constructed style sheet: a page's Content-Security-Policy needs no style directive for it.
// The button has one look, with an edge that shows on light and dark pages; the dialog takes the system's colours, so that
// dark mode and forced colours need no rule. Rules and declarations stand in the order that compresses best.

const CSS =
  ':modal{min-width:100%;inset:0;border-radius:0;min-height:100%;border:0;margin:0}' +
  'iframe{height:100%;border:0;width:100%}' +
  'dialog:not([open]),[open]+button{visibility:hidden}' +
  'dialog,dialog+button{color-scheme:light dark;margin:16px;position:fixed;inset-inline:auto env(safe-area-inset-right);font:600 1em/24px system-ui;z-index:999;bottom:env(safe-area-inset-bottom)}' +
  'dialog{border-radius:16px;max-height:calc(100% - 32px);border:2px solid #888;width:400px;padding:env(safe-area-inset-top)0 env(safe-area-inset-bottom);max-width:calc(100% - 32px);box-sizing:border-box;z-index:99999;display:block}' +
  ':host{all:initial!important}' +
  ':has(iframe){height:640px}' +
  '@media print{*{display:none!important}}' +
  'button{border:2px solid;display:flex;color:#fff;padding:14px 24px;border-radius:28px;cursor:pointer;gap:16px;place-items:center;background:#0f5c5c}' +
  'p,p~*{margin:24px;font:inherit;display:block}' +
  'dialog+button:before{height:4px;border-radius:4px;border:6px solid;content:"";width:12px}' +
  '[aria-busy]{opacity:.8}';

/** The style of the shadow root. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
