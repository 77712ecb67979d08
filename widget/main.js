// The module that the frame runs: fetches what the verified manifest names, with integrity, and starts the app.
// The same channel and the same words whether it works or not; without an answer the launcher shows other ways.
import { begin, initSync, loaded, resume, start } from "einwurf:glue";
import { openFiles } from "./files.js";
import { connect } from "./live.js";
import { work } from "./work.js";

const channel = new MessageChannel();
parent.postMessage("einwurf", "*", [channel.port2]);
// The notice comes by it; the app compares its digest with the manifest's. Then the app listens.
const handed = new Promise((resolve) => {
  channel.port1.onmessage = ({ data }) => data instanceof ArrayBuffer && resolve(data);
});

const { relay, site, register, manifest, bundle, events } = JSON.parse(document.getElementById("einwurf").textContent);

// The keeper (docs/protocol.md, section 16.4) may start before this or after it, or not at all.
let keeper, policy;
const hears = [];
const dones = [];
const greet = () => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => {
    if ("done" in data) return dones.shift()?.();
    if (typeof data.title != "string") return;
    keeper = port1;
    for (const hear of hears.splice(0)) hear([data.title, data.kept, data.pending, data.unsent]);
  };
  parent.postMessage("keep", "*", [port2]);
};
addEventListener("message", ({ source, data }) => source == parent && data == "keeper" && !keeper && greet());
const hello = new Promise((resolve) => {
  hears.push(resolve);
  // A private link opens without a keeper.
  if (bundle) setTimeout(resolve, 1500);
});
greet();

// The same as in the document's preloads, or it would be fetched twice: a frame without an origin has no credentials.
const get = async (path, integrity) => {
  const answer = await fetch(relay + path, {
    integrity,
    mode: "cors",
    credentials: "same-origin",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  if (!answer.ok) throw 0;
  return answer;
};
const base64 = (text) => text.replaceAll("-", "+").replaceAll("_", "/");

const open = async () => {
  const bytes = Uint8Array.from(atob(base64(manifest.split(".")[1])), (c) => c.charCodeAt(0));
  const payload = new TextDecoder().decode(bytes);
  const { code, notices, display } = JSON.parse(payload);
  // A site need not have every register.
  const shown = notices.find((notice) => notice.register == register) ?? notices[0];
  const { wasm, style, texts } = code.widget;
  // The second part (docs/protocol.md, section 16.8): at once for whoever comes back, else once the notice is there.
  let part;
  const rest = () => {
    part ??= WebAssembly.compileStreaming(get(code.widget_rest.path, code.widget_rest.sri));
    return part;
  };
  const comesBack = (held) => bundle || held?.[1] || held?.[3];
  (bundle ? Promise.resolve() : hello).then((held) => comesBack(held) && rest().catch(() => {}));
  const words = texts[shown.register];
  const [first, css, text, notice] = await Promise.all([
    WebAssembly.compileStreaming(get(wasm.path, wasm.sri)).then((module) => initSync({ module })),
    get(style.path, style.sri).then((answer) => answer.text()),
    get(words.path, words.sri).then((answer) => answer.text()),
    handed,
  ]);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  // The dark colours stand in media rules: a theme that says which scheme it is switches these.
  const scheme = display.theme?.scheme;
  const switched = scheme == "dark" ? "all" : scheme == "light" && "not all";
  for (const { media } of switched ? sheet.cssRules : [])
    if (media?.mediaText.includes("color-scheme")) media.mediaText = switched;
  document.adoptedStyleSheets = [sheet];
  // A module of the release. A page with Trusted Types allows our policy by its name.
  const add = ({ path, sri }) =>
    new Promise((onload, onerror) => {
      policy ??= self.trustedTypes?.createPolicy("einwurf", { createScriptURL: (url) => url });
      const src = policy ? policy.createScriptURL(relay + path) : relay + path;
      const script = document.createElement("script");
      document.head.append(
        Object.assign(script, { type: "module", integrity: sri, crossOrigin: "", onload, onerror, src }),
      );
    });
  let end, brought, joined, said;
  const join = async () => {
    try {
      await WebAssembly.instantiate(await rest(), { __wasm_split: first });
    } catch {
      // Asked for again, it is fetched again.
      part = joined = undefined;
      return loaded(false);
    }
    loaded(true);
  };
  // To the keeper; ends when it answers, for which `answers` wait, or says nothing.
  const told = (word, answers = dones) =>
    new Promise((resolve) => {
      if (!keeper) return resolve();
      answers.push(resolve);
      setTimeout(resolve, 1000);
      keeper.postMessage(word);
    });
  // What the app asks of this page (src/effects/outside.rs).
  const outside = {
    rest() {
      joined ??= join();
    },
    ready() {
      if (said) return;
      said = true;
      channel.port1.postMessage("ready");
      // Asked for now, so that nothing is asked for after a click on "decline"; put together when there is time.
      rest().catch(() => {});
      (self.requestIdleCallback ?? setTimeout)(outside.rest);
    },
    async ask() {
      const first = brought;
      brought = undefined;
      return first ?? told({ get: true }, hears);
    },
    keep: (bytes, until, pending) =>
      told(bytes ? { keep: bytes, until: until ?? null, pending } : { forget: true }),
    unsent: (bytes) => told({ unsent: bytes ?? null }),
    claim: () => keeper?.postMessage({ claim: true }),
    revoke: (url) => URL.revokeObjectURL(url),
    // Loaded when a paper is asked for.
    async papers(kinds, bag) {
      if (!self.einwurfPapers) await add(code.papers);
      return kinds
        .split(" ")
        .flatMap((kind) => einwurfPapers(kind, bag, shown.register))
        .map(({ name, type, text }) => [name, URL.createObjectURL(new Blob([text], { type })), text]);
    },
    work,
    copy: async (text) => navigator.clipboard.writeText(text),
    // Where the frame may: in a page it may not, at the door it may.
    shares: () => !!navigator.share && !!document.featurePolicy?.allowsFeature("web-share"),
    share: (url) => navigator.share({ url }).catch(() => {}),
    // The credentials follow the name of the protocol; without them the connection ends.
    live(words, seconds, hear) {
      end?.();
      end = words && connect(relay, words.split(" "), seconds, hear);
    },
    // Loaded when there is a first file.
    files: openFiles({
      relay,
      words: { picture: "bild", video: "video", document: "datei" },
      busy: (busy) => keeper?.postMessage({ busy }),
      async load() {
        await add(code.attach);
        await einwurfAttach.start({ relay, wasm: code.attach_wasm, pdf: code.attach_pdf });
        return einwurfAttach;
      },
    }),
  };
  // For papers, where the widget opens: the page's address, without what may be somebody's own.
  const { origin, pathname } = new URL(document.baseURI);
  const given = [relay, site, shown.register, payload, text, manifest, bundle ?? "", origin + pathname, events ? "1" : ""];
  if (!start(given, new Uint8Array(notice), channel.port1, outside)) throw 0;
  // A keeper that is late is not waited for.
  setTimeout(outside.ready, 1500);
  hello.then((held) => {
    if (comesBack(held)) {
      brought = held;
      resume();
    } else {
      begin(held?.[0] ?? "");
      outside.ready();
    }
  });
};
open().catch(() => channel.port1.postMessage("fail"));
