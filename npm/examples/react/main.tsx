import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { load, type Einwurf, type Settings } from 'einwurf';
import type {} from 'einwurf/react';

// What the inbox shows as the snippet, under Website, "For your page".
declare const settings: Settings;

/** The launcher, for as long as this component is there. */
const useEinwurf = () => {
  const [einwurf, setEinwurf] = useState<Einwurf>();
  useEffect(() => {
    const leaving = new AbortController();
    // Without it the page is what it was: the contact ways that stand in it.
    load({ ...settings, events: true }, { signal: leaving.signal }).then(setEinwurf, console.warn);
    return () => leaving.abort();
  }, []);
  return einwurf;
};

const Contact = () => {
  const einwurf = useEinwurf();
  const [open, setOpen] = useState(false);
  const [thanks, setThanks] = useState(false);
  const [register, setRegister] = useState(settings.register);
  // Both end what they began: `on` returns the function for that.
  useEffect(() => einwurf?.on('opened', () => setOpen(true)), [einwurf]);
  useEffect(() => einwurf?.on('closed', () => setOpen(false)), [einwurf]);
  // What the page is told because it asked: that it happened, and nothing of what was written.
  useEffect(() => einwurf?.on('message-sent', () => setThanks(true)), [einwurf]);
  useEffect(() => einwurf?.setLocale(register), [einwurf, register]);
  return (
    <section>
      <h2>Kontakt</h2>
      <einwurf-chat>Schreiben Sie uns</einwurf-chat>
      <button type="button" onClick={() => setRegister('en')}>Write to us in English</button>
      {thanks && <p id="thanks">Danke für Ihre Nachricht.</p>}
      <p>{open ? 'Wir freuen uns auf Ihre Nachricht.' : 'Rufen Sie uns an, oder schreiben Sie.'}</p>
    </section>
  );
};

const App = () => {
  const [page, setPage] = useState('contact');
  return (
    <main>
      <h1>Fenster nach Maß</h1>
      <button type="button" onClick={() => setPage(page === 'contact' ? 'home' : 'contact')}>Seite wechseln</button>
      {page === 'contact' ? <Contact /> : <p>Startseite</p>}
    </main>
  );
};

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
