// The frame that the opener seats: what it may use, and what can get into its document.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allow, page } from '../../www/opener/frame.js';

test('the frame may write to the clipboard and share a link, and everything else is refused by name', () => {
  const granted = allow().split(';').filter((entry) => !entry.endsWith(" 'none'"));
  assert.deepEqual(granted, ['clipboard-write', 'web-share']);
  for (const feature of ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'storage-access']) {
    assert.ok(allow().split(';').includes(`${feature} 'none'`), feature);
  }
});

const script = { path: '/r/1/widget.js', sri: 'sha384-x' };
const files = [{ path: '/r/1/widget.css', sri: 'sha384-y' }];

test('what the page or the relay says does not leave the element that it stands in', () => {
  const relay = 'https://relay.example';
  const given = { site: '</script><script>alert(1)</script>', relay, register: '<!--', manifest: '<script>' };
  const made = page(given, script, files, '');
  const [, config] = /id=einwurf>(.*?)<\/script>/.exec(made);
  assert.deepEqual(JSON.parse(config), given);
  assert.equal(made.match(/<script/g).length, 2);
  assert.ok(!made.includes('<!--'));
});

test('the policy names the relay that answered and nobody else', () => {
  const made = page({ relay: 'https://relay.example' }, script, files, 'n0nce');
  const [, policy] = /content="([^"]*)"/.exec(made);
  assert.equal(
    policy,
    "default-src 'none';base-uri 'none';form-action 'none';img-src data: blob:;" +
      "script-src https://relay.example 'wasm-unsafe-eval';connect-src https://relay.example wss://relay.example",
  );
  assert.ok(made.includes('integrity="sha384-x" src="https://relay.example/r/1/widget.js" nonce="n0nce"></script>'));
});

test('what the module will fetch is asked for before it, by the same hashes and from the same relay', () => {
  const made = page({ relay: 'https://relay.example' }, script, files, '');
  assert.deepEqual(made.match(/<link[^>]*>/g), [
    '<link rel=preload as=fetch crossorigin integrity="sha384-y" href="https://relay.example/r/1/widget.css">',
  ]);
});
