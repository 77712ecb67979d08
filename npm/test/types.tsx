// Compiled by `tsc --noEmit`, never run: what must be allowed, and what must not.
import { load, type Einwurf, type Settings } from 'einwurf';
import type {} from 'einwurf/react';

const settings: Settings = {
  site: 's',
  pin: 'p',
  relay: 'https://relay.example',
  name: 'Firma',
  label: 'Nachricht schreiben',
  register: 'de-formal',
  email: 'post@firma.example',
  replaceWhatsapp: true,
  look: '--einwurf-accent:#8a1c1c',
  door: 'https://firma.example/schreiben.html',
  events: true,
};

export const loaded: Promise<Einwurf> = load(settings, { signal: AbortSignal.timeout(1) });
// @ts-expect-error no pin, no chain
load({ ...settings, pin: undefined });
// @ts-expect-error no door without https
load({ ...settings, door: 'http://firma.example/' });
// @ts-expect-error no such register
load({ ...settings, register: 'fr' });

export const use = (einwurf: Einwurf) => {
  const stop: () => void = einwurf.on('opened', (event) => event.type satisfies string);
  einwurf.on('ready', (ready) => ready.open());
  einwurf.on('message-received', (event) => event.detail satisfies null);
  const open: boolean = einwurf.isOpen();
  einwurf.setLocale('en', 'Write a message');
  // @ts-expect-error no such event
  einwurf.on('message-text', stop);
  // @ts-expect-error nothing sends but the visitor
  einwurf.send('text');
  // @ts-expect-error nothing agrees but the visitor
  einwurf.consent();
  // @ts-expect-error not a property
  return open === einwurf.isOpen;
};

addEventListener('einwurf:closed', (event) => {
  const nothing: null = event.detail;
  // @ts-expect-error no content in any event
  return nothing ?? event.detail.text;
});

export const element: HTMLElement = document.createElement('einwurf-chat');
export const chat = <einwurf-chat className="here">Write to us</einwurf-chat>;
// @ts-expect-error no such element
export const other = <einwurf-window />;
