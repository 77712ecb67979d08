// The npm package: its types, what is in it, its example, and when it puts the launcher up and takes it away.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { beforeEach, test } from 'node:test';
import { load } from '../../npm/index.js';

const root = new URL('../../', import.meta.url);
const folder = new URL('npm/', root);
const run = (program, ...args) => execFileSync(new URL(program, root).pathname, args, { cwd: folder, encoding: 'utf8' });

test('the types allow what is meant and nothing else', () => {
  assert.equal(run('npm/node_modules/.bin/tsc', '-p', '.'), '');
});

test('the package has exactly these files', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: folder, encoding: 'utf8' });
  const [{ files }] = JSON.parse(packed);
  const names = ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'index.d.ts', 'index.js', 'package.json', 'react.d.ts'];
  assert.deepEqual(files.map(({ path }) => path).sort(), names);
});

test('the example for React is bundled, with the package under its own name', () => {
  const settings = '--define:settings={"site":"of the test"}';
  const made = run('node_modules/.bin/esbuild', 'examples/react/main.tsx', '--bundle', '--minify', settings);
  assert.ok(made.includes('of the test') && made.includes('einwurf-chat'));
});

const settings = { site: 's', pin: 'p', relay: 'https://relay.example', replaceWhatsapp: true, serial: undefined };
let scripts, destroyed;

// As much of a page as the loader uses: scripts are kept, and run when the test says so.
beforeEach(() => {
  scripts = [];
  destroyed = 0;
  globalThis.window = globalThis;
  globalThis.location = { origin: 'https://firma.example' };
  globalThis.document = {
    baseURI: 'https://firma.example/page',
    createElement: () => ({ dataset: {}, remove() {} }),
    head: { append: (script) => scripts.push(script) },
  };
  delete globalThis.Einwurf;
});

const launcher = () => ({
  destroy() {
    destroyed += 1;
    delete globalThis.Einwurf;
  },
});

const arrive = () => {
  globalThis.Einwurf = launcher();
  scripts.at(-1).onload();
};

const turn = () => new Promise((resolve) => setImmediate(resolve));
// Each test ends with a page that nobody needs the button on.
const leave = async (...controllers) => {
  for (const controller of controllers) controller.abort();
  await turn();
  assert.equal(globalThis.Einwurf, undefined);
};

test('what the page says stands in the attributes, and nothing that it does not say', async () => {
  const user = new AbortController();
  const loaded = load({ ...settings, integrity: 'sha384-x', nonce: 'n', src: 'https://cdn.example/l.js' }, user);
  const [script] = scripts;
  assert.deepEqual(script.dataset, { site: 's', pin: 'p', relay: 'https://relay.example', replaceWhatsapp: 'true' });
  assert.equal(`${script.src} ${script.integrity} ${script.nonce}`, 'https://cdn.example/l.js sha384-x n');
  arrive();
  assert.equal(await loaded, globalThis.Einwurf);
  await leave(user);
});

test('a launcher from elsewhere without its hash is not loaded', async () => {
  await assert.rejects(load({ ...settings, src: 'https://cdn.example/l.js' }), /integrity/);
  assert.equal(scripts.length, 0);
});

test('who mounts twice gets one button, and only the last one who leaves takes it along', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const loaded = [load(settings, first), load(settings, second)];
  arrive();
  assert.equal(await loaded[0], await loaded[1]);
  assert.equal(scripts.length, 1);
  first.abort();
  await turn();
  assert.equal(destroyed, 0);
  await leave(second);
  assert.equal(destroyed, 1);
});

test('who leaves before the launcher came, and comes back, keeps it; who does not come back leaves none', async () => {
  const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
  load(settings, first);
  first.abort();
  const loaded = load(settings, second);
  arrive();
  await loaded;
  await turn();
  assert.equal(destroyed, 0, 'strict mode');
  await leave(second);
  load(settings, third);
  third.abort();
  arrive();
  await leave();
  assert.deepEqual([scripts.length, destroyed], [2, 2]);
});

test('after a failure, and after the page took the button away itself, it can be put up again', async () => {
  const failing = load(settings);
  scripts[0].onerror();
  await assert.rejects(failing, /could not be loaded/);
  const [first, second] = [new AbortController(), new AbortController()];
  load(settings, first);
  arrive();
  await turn();
  globalThis.Einwurf.destroy();
  load(settings, second);
  arrive();
  await turn();
  first.abort();
  await turn();
  assert.equal(destroyed, 1, 'a user of the former button takes nothing away');
  await leave(second);
  assert.equal(scripts.length, 3);
});

test('a file that is not the launcher is told apart from it', async () => {
  const loaded = load(settings);
  scripts[0].onload();
  await assert.rejects(loaded, /not the launcher/);
});

test('without a page it says so', async () => {
  delete globalThis.document;
  await assert.rejects(load(settings), /no page/);
});
