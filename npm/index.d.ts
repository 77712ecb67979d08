/** What the snippet says, as the inbox shows it; each is an attribute `data-…` of the script element. */
export interface Settings {
  /** Address of the site at the relay. */
  site: string;
  /** Thumbprint of the site key; a second one after a space. */
  pin: string;
  /** Origin of the relay; a second one after a space. */
  relay: string;
  /** Name of the company as visitors know it. */
  name: string;
  /** Words on the button. */
  label: string;
  register: Register;
  /** Lowest serial of a manifest that still counts. */
  serial?: number;
  /** The ordinary contact ways, in case something fails: at least one. */
  phone?: string;
  email?: string;
  /** Links that begin a chat on WhatsApp open the window instead. */
  replaceWhatsapp?: boolean;
  /** How the button looks: declarations of the custom properties `--einwurf-…`, for what no style sheet of the page says. */
  look?: string;
  /** Address of the company's door; a link to it stands beside the contact ways when the window cannot open. */
  door?: `https://${string}`;
  /** The page is told of consent and messages: that they happened, and nothing else. */
  events?: boolean;
  /** Where the launcher lies; else `/einwurf-launcher.js`. */
  src?: string;
  /** Hash of the launcher (`sha384-…`); needed if it comes from another origin. */
  integrity?: string;
  /** For pages with a Content-Security-Policy by nonce. */
  nonce?: string;
  /** For pages with Trusted Types: a policy that names the launcher. */
  policy?: { createScriptURL(url: string): unknown };
}

/** Language and form of address. */
export type Register = 'de-formal' | 'de-informal' | 'en';

/** What only a page with `events` is told. */
export type ToldOfWindow = 'consent-given' | 'consent-withdrawn' | 'message-sent' | 'message-received';

/** What the launcher tells: never content, and of what happens in the window only what the page asked for. */
export type Told = 'ready' | 'opened' | 'closed' | 'error' | ToldOfWindow;

/** What a page can ask of the button. Nothing of it agrees to anything or sends anything. */
export interface Einwurf {
  /** Opens the window, after an act of the visitor only: a click or a key within the last seconds. */
  open(): void;
  close(): void;
  toggle(): void;
  /** Shows the floating button. */
  show(): void;
  /** Hides the floating button; the window stays as it is. */
  hide(): void;
  isOpen(): boolean;
  /** For button and window; where somebody has agreed or written, the window stays as it is until the page is loaded again. */
  setLocale(register: Register, label?: string): void;
  /** Calls back at each such event, for `ready` at once; returns what ends that. */
  on(event: 'ready', call: (einwurf: Einwurf) => void): () => void;
  on(event: Exclude<Told, 'ready'>, call: (event: CustomEvent<null>) => void): () => void;
  /** Calls back with the launcher, now or, as the queue before it came, later. */
  push(...calls: Array<(einwurf: Einwurf) => void>): unknown;
  /** Takes away button, window, listeners and `window.Einwurf`. */
  destroy(): void;
}

/** Puts up the button, once in a document. Whoever aborts needs it no longer; with the last one it goes. */
export function load(settings: Settings, options?: { signal?: AbortSignal }): Promise<Einwurf>;

type Events = { [Name in Told as `einwurf:${Name}`]: CustomEvent<null> };

declare global {
  interface Window {
    Einwurf?: Einwurf | Array<(einwurf: Einwurf) => void>;
    EinwurfSettings?: Partial<Settings>;
  }
  interface WindowEventMap extends Events {}
  interface HTMLElementTagNameMap {
    'einwurf-chat': HTMLElement;
  }
}
