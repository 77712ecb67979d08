// The entry of the staff's app: fetches wasm, style and texts, each checked by its hash, and starts. The page's own
// script element names this file's hash; whatever does not fit is not run.
import init, { start } from 'einwurf:glue';

const root = document.documentElement;
const page = JSON.parse(document.getElementById('einwurf').textContent);
const { relay = location.origin, wasm, style, texts, door = false, fragment } = page;
// A door says what became of it; nobody else listens.
const say = (runs) => dispatchEvent(new CustomEvent('einwurf', { detail: runs }));

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

// The dark colours stand in media rules; a choice of the person's switches the rules instead of repeating the colours.
const dress = (sheet) => {
  const rules = [...sheet.cssRules].filter((rule) => rule.media?.mediaText.includes('prefers-color-scheme'));
  const own = rules.map((rule) => rule.media.mediaText);
  const switchTo = { dark: () => 'all', light: () => 'not all' };
  const apply = () =>
    rules.forEach((rule, index) => {
      rule.media.mediaText = switchTo[root.dataset.theme]?.() ?? own[index];
    });
  new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ['data-theme'] });
  apply();
};

const begin = async () => {
  const [bytes, css, de, en] = await Promise.all([
    get(wasm).then((answer) => answer.arrayBuffer()),
    text(style),
    text(texts['de-formal']),
    text(texts.en),
  ]);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  dress(sheet);
  await init({ module_or_path: bytes });
  if (!start(relay, door, fragment, de, en)) throw new Error('texts');
  document.getElementById('wait')?.remove();
  say(true);
};

begin().catch(() => {
  document.getElementById('wait')?.remove();
  const failed = document.getElementById('failed');
  if (failed) failed.hidden = false;
  say(false);
});
