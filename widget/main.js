// The module that the frame runs: fetches what the verified manifest names, with integrity, and starts the app.
// The same channel and the same words whether it works or not; without an answer the launcher shows other ways.
import { initSync, start } from "einwurf:glue";

const channel = new MessageChannel();
parent.postMessage("einwurf", "*", [channel.port2]);

const { relay, site, register, manifest } = JSON.parse(document.getElementById("einwurf").textContent);

const get = async (path, integrity, headers) => {
  const answer = await fetch(relay + path, {
    headers,
    integrity,
    mode: "cors",
    credentials: "omit",
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
  const { code, notices } = JSON.parse(payload);
  // A site need not have every register.
  const shown = notices.find((notice) => notice.register == register) ?? notices[0];
  const { wasm, style, texts } = code.widget;
  const words = texts[shown.register];
  const [module, css, text, notice] = await Promise.all([
    WebAssembly.compileStreaming(get(wasm.path, wasm.sri)),
    get(style.path, style.sri).then((answer) => answer.text()),
    get(words.path, words.sri).then((answer) => answer.text()),
    get("/v1/notice", `sha256-${base64(shown.digest)}=`, {
      "einwurf-site": site,
      "einwurf-notice": shown.digest,
    }).then((answer) => answer.arrayBuffer()),
  ]);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
  initSync({ module });
  if (!start([relay, site, shown.register, payload, text], new Uint8Array(notice), channel.port1)) throw 0;
};
open().catch(() => channel.port1.postMessage("fail"));
