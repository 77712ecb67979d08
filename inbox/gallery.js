// The inbox's gallery: without a hash, the list of states; `#inbox&register=en` shows one, and another hash another one in
// the same page. What is shown stands in `data-state` of the root.
import init, { start } from 'einwurf:glue';
import { dress } from './dress.js';

const { wasm, style, texts } = JSON.parse(document.getElementById('einwurf').textContent);
const text = async ({ path }) => (await fetch(path)).text();

const words = {};
const fetched = Object.entries(texts).map(async ([register, file]) => { words[register] = await text(file); });
const [css] = await Promise.all([text(style), ...fetched]);
await init({ module_or_path: fetch(wasm.path) });
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [sheet];
dress(sheet);
document.getElementById('wait').remove();

const show = () => {
  start('https://post.fensterbau.example', false, undefined, Object.entries(words).flat());
  document.documentElement.dataset.state = location.hash.slice(1);
};
addEventListener('hashchange', show);
show();
