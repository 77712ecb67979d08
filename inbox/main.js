// The entry of the staff's app: fetches wasm, style and texts, each checked by its hash, and starts. The page's own
// script element names this file's hash; whatever does not fit is not run.
import init, { start } from 'einwurf:glue';
import { dress } from './dress.js';

const given = document.getElementById('einwurf');
const { relay = location.origin, wasm, style, texts, door = false, ...page } = JSON.parse(given.textContent);
// A door's configuration may hold a link's secret, which nobody needs to read twice. The empty element stays while the
// page waits: a door that has given up removes it.
given.textContent = '';

// A door takes the fragment by itself; the relay's own page does here what a door does in www/door/fragment.js.
let { fragment } = page;
if (!door) {
  if (/[#&](site|setup|invite)=/.test(location.hash)) {
    fragment = location.hash;
    history.replaceState(null, '', location.pathname + location.search);
  }
  addEventListener('hashchange', () => {
    const asked = location.hash.slice(1);
    if (asked && !document.getElementById(asked)) location.reload();
  });
}

const get = async ({ path, sri }) => {
  const answer = await fetch(relay + path, {
    integrity: sri,
    mode: 'cors',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  });
  if (!answer.ok) throw new Error(path);
  return answer;
};
const text = async (file) => (await get(file)).text();

const begin = async () => {
  const [bytes, css, ...files] = await Promise.all([
    get(wasm).then((answer) => answer.arrayBuffer()),
    text(style),
    ...Object.entries(texts).map(async ([register, file]) => [register, await text(file)]),
  ]);
  await init({ module_or_path: bytes });
  if (!given.isConnected) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  dress(sheet);
  if (!start(relay, door, fragment, files.flat())) throw new Error('texts');
  end(true);
};

// A door is told what became of it; nobody else listens.
const end = (runs) => {
  given.remove();
  document.getElementById('wait')?.remove();
  dispatchEvent(new CustomEvent('einwurf', { detail: runs }));
};

begin().catch(() => {
  if (!given.isConnected) return;
  end(false);
  const failed = document.getElementById('failed');
  if (failed) failed.hidden = false;
  // The page says to load it again, which must open the same link.
  if (!door && fragment) history.replaceState(null, '', fragment);
});
