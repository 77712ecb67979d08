// A constructed style sheet: a page's Content-Security-Policy needs no style directive for it.
// The button has one look, with an edge that shows on light and dark pages; the dialog takes the system's colours, so that
// dark mode and forced colours need no rule. Rules and declarations stand in the order that compresses best.

const CSS =
  ':modal{margin:0;min-width:100%;inset:0;border-radius:0;border:0;min-height:100%}' +
  ':host{all:initial!important}' +
  'iframe{border:0;width:100%;height:100%}' +
  ':has(iframe){height:640px}' +
  'dialog,dialog+button{font:600 1em/24px system-ui;box-shadow:0 4px 24px #0004;inset-inline:auto env(safe-area-inset-right);color-scheme:light dark;position:fixed;margin:16px;z-index:999;bottom:env(safe-area-inset-bottom)}' +
  'dialog{display:block;max-width:calc(100% - 32px);max-height:calc(100% - 32px);padding:env(safe-area-inset-top)0 env(safe-area-inset-bottom);width:400px;z-index:99999;box-sizing:border-box;border-radius:16px;border:2px solid #888}' +
  'dialog:not([open]),[open]+button{visibility:hidden}' +
  'button{padding:14px 24px;border-radius:28px;gap:16px;place-items:center;outline-offset:4px;background:#0f5c5c;border:2px solid;cursor:pointer;display:flex;color:#fff}' +
  '[aria-busy]{opacity:.8}' +
  'p,p~*{font:inherit;margin:24px;display:block}' +
  'dialog+button:before{height:4px;border-radius:4px;content:"";width:12px;border:6px solid}' +
  '@media print{*{display:none!important}}';

/** The style of the shadow root. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
