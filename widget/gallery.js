// The widget's gallery: without a hash, the list of states; `#waiting&register=en` shows one.
import init, { show, states } from "einwurf:glue";

const { wasm, style, texts } = JSON.parse(document.getElementById("einwurf").textContent);
const [state, ...rest] = location.hash.slice(1).split("&");
const register = new URLSearchParams(rest.join("&")).get("register") ?? "de-formal";
addEventListener("hashchange", () => location.reload());

const [words, css] = await Promise.all(
  [texts[register], style].map((file) => fetch(file.path).then((answer) => answer.text())),
);
await init({ module_or_path: fetch(wasm.path) });
if (state) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
  if (!show(state, register, words)) document.body.textContent = `No state ${state} in ${register}.`;
} else {
  for (const name of states().split("\n")) {
    const line = document.createElement("p");
    for (const each of Object.keys(texts)) {
      const link = document.createElement("a");
      link.href = `#${name}&register=${each}`;
      link.textContent = `${name} (${each})`;
      line.append(link, " ");
    }
    document.body.append(line);
  }
}
