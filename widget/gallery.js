// The widget's gallery: without a hash, the list of states; `#waiting&register=en` shows one, and another hash another one
// in the same page. What is shown stands in `data-state` of the root.
import init, { show, states } from "einwurf:glue";

const { wasm, style, texts } = JSON.parse(document.getElementById("einwurf").textContent);
const text = async ({ path }) => (await fetch(path)).text();

const sheet = new CSSStyleSheet();
sheet.replaceSync(await text(style));
await init({ module_or_path: fetch(wasm.path) });

const list = () => {
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
};

const begin = async () => {
  const hash = location.hash.slice(1);
  const [state, ...rest] = hash.split("&");
  const register = new URLSearchParams(rest.join("&")).get("register") ?? "de-formal";
  const words = state && await text(texts[register]);
  document.body.replaceChildren();
  document.adoptedStyleSheets = state ? [sheet] : [];
  if (!state) list();
  else if (!show(state, register, words)) document.body.textContent = `No state ${state} in ${register}.`;
  document.documentElement.dataset.state = hash;
};
addEventListener("hashchange", begin);
await begin();
