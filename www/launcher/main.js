// The launcher: draws the button and does nothing else before a visitor's click (docs/embedding.en.md has what a page can
// ask of it). What runs here is there once in a document: a second script finds the element's class and asks that.

import { button, dialog, host, shade } from './view.js';
import { sheet } from './style.js';
import { nonce, replace, snippet } from './snippet.js';
import { open, stop, tell, trigger } from './open.js';

// Links that begin a chat: they have a number or a code. Those that share a page have none, and stay.
const CHATS =
  '[href*="//wa.me/"]:not([href*="me/?"]),[href*="whatsapp.com/message"],[href*="whatsapp"][href*="phone="],' +
  '.ht-ctc-chat,.joinchat__button,[data-einwurf]';

const name = 'einwurf-chat';
// Buttons in the places that the page has for them.
const placed = new Set();
let hidden, live;

// Everything that follows from what the page says. The floating button goes when the page has a place for one.
const draw = (hide = hidden) => {
  hidden = hide;
  sheet.cssRules[0].style = snippet.look;
  host.lang = snippet.register;
  dialog.ariaLabel = snippet.name;
  for (const one of [button, ...placed]) {
    one.firstChild.textContent = snippet.label;
    one.hidden = !live;
    one.onclick = () => open(one);
  }
  button.hidden = hidden || placed.size;
};

// A page's script alone opens nothing: before an act of the visitor no relay is asked.
const acted = () => navigator.userActivation.isActive;

const instead = (event) => {
  const link =
    event.button < 2 && acted() && event.composedPath().find((node) => node.matches?.(CHATS));
  if (link && /^(true)?$/.test(snippet.replaceWhatsapp)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    open(link);
  }
};

const api = {
  isOpen: () => dialog.open,
  open() {
    if (acted()) open(document.querySelector(':focus') || button);
  },
  close: () => dialog.close(),
  toggle: () => api[dialog.open ? 'close' : 'open'](),
  show: () => draw(false),
  hide: () => draw(true),
  setLocale(...said) {
    [snippet.register, snippet.label = snippet.label] = said;
    draw();
  },
  on(word, call) {
    const type = 'einwurf:' + word;
    // Whoever can ask this came after that.
    if (word == 'ready') api.push(call);
    else addEventListener(type, call, live);
    return () => removeEventListener(type, call, true);
  },
  push: (...calls) => calls.map(async (call) => call(api)),
  destroy() {
    live.abort();
    live = null;
    stop();
    dialog.close();
    host.remove();
    draw();
    delete window.Einwurf;
  },
};

dialog.onclose = () => {
  trigger.ariaExpanded = false;
  trigger.focus();
  tell('closed');
};

customElements.get(name) ||
  customElements.define(
    name,
    class extends HTMLElement {
      #button = shade(this);

      connectedCallback() {
        placed.add(this.#button);
        draw();
      }

      disconnectedCallback() {
        placed.delete(this.#button);
        draw();
      }

      static mount(...said) {
        if (live) return;
        live = Object.assign(new AbortController(), { capture: true });
        replace(...said);
        draw(false);
        // Not the body: a script in the head runs before there is one, and some sites swap theirs.
        document.documentElement.append(host);
        addEventListener('click', instead, live);
        addEventListener('auxclick', instead, live);
        const early = [].concat(window.Einwurf || []);
        window.Einwurf = api;
        tell('ready');
        api.push(...early);
      }
    },
  );
customElements.get(name).mount(snippet, nonce);
