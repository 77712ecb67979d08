//! Scripts that run before a page's own: they note what a page touches, and let time pass without waiting for it.

use crate::{
    browser::Look,
    plan::Plan,
    world::{Stage, World},
};
use anyhow::Result;
use serde_json::Value;

/// One process for page and frame, so that scripts and virtual time reach both.
pub const ONE_PROCESS: &str = "--disable-features=IsolateSandboxedIframes";

/// Notes every touch of storage, of what tells devices apart, and of what asks for a permission or calls for attention.
pub const WATCH: &str = "
const touched = [];
Object.defineProperty(window, '__touched', { value: touched });
const watch = (object, name, what) => {
  if (!object) return;
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (!property) return;
  const note = () => touched.push(what ?? name);
  if (property.get) {
    Object.defineProperty(object, name, { ...property,
      get() { note(); return property.get.call(this); },
      set(value) { note(); property.set?.call(this, value); } });
  } else if (typeof property.value === 'function') {
    object[name] = function (...all) { note(); return property.value.apply(this, all); };
  }
};
watch(Document.prototype, 'cookie');
for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore', 'open', 'focus']) watch(window, name);
for (const name of ['serviceWorker', 'plugins', 'mimeTypes', 'mediaDevices', 'geolocation', 'hardwareConcurrency',
  'deviceMemory', 'storage', 'userAgentData', 'contacts', 'bluetooth', 'usb', 'hid', 'serial', 'wakeLock', 'permissions', 'share',
  'vibrate', 'setAppBadge', 'getBattery', 'requestMIDIAccess', 'sendBeacon']) watch(Navigator.prototype, name);
for (const name of ['getContext', 'toDataURL', 'toBlob']) watch(HTMLCanvasElement.prototype, name, `canvas.${name}`);
watch(HTMLMediaElement.prototype, 'play');
if (window.Notification) watch(Notification, 'requestPermission');
for (const name of ['AudioContext', 'OfflineAudioContext', 'RTCPeerConnection', 'Notification', 'Audio', 'WebSocket', 'EventSource']) {
  const real = window[name];
  if (real) window[name] = new Proxy(real, { construct(...all) { touched.push(name); return Reflect.construct(...all); } });
}
";

/// Lets timers run as if time had passed, without waiting for them.
pub const HURRY: &str = "
const { setTimeout: later, clearTimeout: forget, setInterval: often, clearInterval: never } = window;
const timers = new Map();
const keep = (id, task, due, every) => timers.set(id, { task, due: performance.now() + due, every });
window.setTimeout = (task, ms = 0, ...rest) => {
  const run = () => { timers.delete(id); task(...rest); };
  const id = later(run, ms);
  keep(id, run, ms);
  return id;
};
window.clearTimeout = (id) => { timers.delete(id); forget(id); };
window.setInterval = (task, ms = 0, ...rest) => {
  const id = often(task, ms, ...rest);
  keep(id, () => task(...rest), ms, Math.max(ms, 1));
  return id;
};
window.clearInterval = (id) => { timers.delete(id); never(id); };
Object.defineProperty(window, '__pass', { value: async (seconds) => {
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; turn < 10000; turn++) {
    const [next] = [...timers].filter(([, { due }]) => due <= end).sort(([, a], [, b]) => a.due - b.due);
    if (!next) return turn;
    const [id, timer] = next;
    if (timer.every) timer.due += timer.every; else { timers.delete(id); forget(id); }
    timer.task();
    await null;
  }
} });
";

/// Keeps what is offered to be saved.
const FILES: &str = "
const make = URL.createObjectURL;
Object.defineProperty(window, '__files', { value: [] });
URL.createObjectURL = (blob) => { window.__files.push(blob); return make.call(URL, blob); };
";

/// Names in [`Stage::touched`] that are storage: the keeper looks there after the click.
pub const STORAGE: [&str; 3] = ["localStorage", "sessionStorage", "indexedDB"];

/// A look of page and frame that sees every touch and can let time pass.
pub fn look() -> Look {
    Look { flags: vec![ONE_PROCESS.to_owned()], first: [WATCH, HURRY, FILES].concat(), ..Look::default() }
}

/// A look whose clock is off by so many seconds, in page and frame.
pub fn clock_off_by(seconds: i64) -> Look {
    let first = format!(
        "(() => {{ const Real = Date, off = {seconds} * 1000;
           window.Date = class extends Real {{
             constructor(...given) {{ given.length ? super(...given) : super(Real.now() + off); }}
             static now() {{ return Real.now() + off; }}
           }}; }})();"
    );
    Look { flags: vec![ONE_PROCESS.to_owned()], first, ..Look::default() }
}

impl Stage {
    /// A quiet world and a site of `plan`, watched.
    pub fn watched(name: &str, plan: Plan) -> Result<Self> {
        Self::of(World::quiet(name)?, plan, &look())
    }

    /// Lets this many seconds pass for the timers of the document that is entered, then a moment for what they began.
    pub fn pass(&self, seconds: u32) -> Result<()> {
        let wait = format!(
            "await window.__pass({seconds}); await new Promise((idle) => requestIdleCallback(idle, {{ timeout: 500 }}));"
        );
        self.browser.run_async(&wait, &[]).map(drop)
    }

    /// What the document that is entered has touched so far.
    pub fn touched(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.browser.run("return window.__touched;", &[])?)?)
    }

    /// Texts of the files that the frame offers to save, newest last.
    pub fn files(&self) -> Result<Vec<String>> {
        let files = self
            .browser
            .run_async("return await Promise.all(window.__files.map((file) => file.text()));", &[])?;
        Ok(serde_json::from_value(files)?)
    }

    /// Everything that the company's origin keeps on this device.
    pub fn stored(&self) -> Result<Value> {
        let script = "
            const own = (storage) => Object.fromEntries(Object.entries(storage));
            const bases = (await indexedDB.databases()).map(({ name }) => name);
            const workers = (await navigator.serviceWorker?.getRegistrations?.() ?? []).length;
            return [own(localStorage), own(sessionStorage), bases, document.cookie, workers];";
        self.browser.run_async(script, &[])
    }
}
