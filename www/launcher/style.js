// A constructed style sheet: a page's Content-Security-Policy needs no style directive for it.
// The button has one look, with an edge that shows on light and dark pages; the dialog takes the system's colours, so that
// dark mode and forced colours need no rule. Rules and declarations stand in the order that compresses best.

const CSS =
  ':modal{margin:0;border-radius:0;min-height:100%;border:0;min-width:100%;inset:0}' +
  'dialog,dialog+button{font:600 1em/24px system-ui;margin:16px;position:fixed;box-shadow:0 4px 24px #0004;inset:auto env(safe-area-inset-right)env(safe-area-inset-bottom)0;z-index:999;margin-inline-start:auto;color-scheme:light dark}' +
  'dialog{display:block;width:400px;padding:env(safe-area-inset-top)0 env(safe-area-inset-bottom);z-index:999999;max-width:calc(100% - 32px);border-radius:16px;border:2px solid;box-sizing:border-box;max-height:calc(100% - 32px)}' +
  'iframe{height:100%;border:0;width:100%}' +
  'button{place-items:center;gap:16px;background:#0f5c5c;color:#fff;display:flex;border:2px solid;border-radius:32px;cursor:pointer;padding:14px 24px}' +
  '[aria-busy]{opacity:.8}' +
  'dialog:not([open]),[open]+button{visibility:hidden}' +
  'p,p~*{display:block;margin:24px}' +
  ':host{all:initial!important}' +
  'dialog+button:before{width:12px;border:6px solid;content:"";border-radius:4px;height:4px}' +
  ':has(iframe){height:640px}' +
  '@media print{*{display:none!important}}';

/** The style of the shadow root. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
