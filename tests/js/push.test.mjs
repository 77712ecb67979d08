// The service worker for notifications, run as it is with stand-ins for what a browser gives it: no browser that a test
// drives lets anybody click on a notification. That a real one shows them is in journey_push.rs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';

const SCRIPT = readFileSync(new URL('../../www/push/main.js', import.meta.url), 'utf8');
const NOTE = { title: 'Posteingang', body: 'In Ihrem Posteingang wartet etwas.', lang: 'de', dir: 'ltr' };

// Whatever the script touches beside what is here is a ReferenceError: storage, requests, other scripts.
const start = (windows = []) => {
  const done = [];
  const handlers = {};
  const self = {
    skipWaiting: () => done.push('skipWaiting'),
    clients: {
      matchAll: async (wanted) => (wanted.includeUncontrolled && wanted.type === 'window' ? windows : []),
      openWindow: async (path) => done.push(`open ${path}`),
    },
    registration: {
      showNotification: async (...shown) => done.push(shown),
      pushManager: { subscribe: async (options) => done.push(options) },
    },
  };
  const addEventListener = (name, handler) => {
    assert(!(name in handlers), name);
    handlers[name] = handler;
  };
  runInContext(SCRIPT, createContext({ self, NOTE, URL, addEventListener }));
  const fire = async (name, event) => {
    let until;
    event.waitUntil = (promise) => (until = promise);
    handlers[name](event);
    await until;
    return done;
  };
  return { handlers, fire };
};

const window = (url, done) => ({ url, focus: async () => done.push(`focus ${url}`) });

test('it hears four events, and a request is none of them', () => {
  const heard = Object.keys(start().handlers).sort();
  assert.deepEqual(heard, ['install', 'notificationclick', 'push', 'pushsubscriptionchange']);
});

test('met_05_what_is_shown_is_the_same_whatever_a_push_holds_which_nobody_reads', async () => {
  const { fire } = start();
  await fire('push', {});
  const done = await fire('push', { get data() { throw new Error('read'); } });
  assert.equal(done.length, 2);
  for (const [title, options] of done) {
    assert.equal(title, NOTE.title);
    assert.deepEqual({ ...options }, {
      body: NOTE.body, lang: 'de', dir: 'ltr', tag: 'einwurf', icon: '/icons/inbox-192.png',
    });
  }
});

test('a click goes to the inbox that is open, and else opens one', async () => {
  const clicked = async (urls) => {
    const done = [];
    const { fire } = start(urls.map((url) => window(url, done)));
    done.push(...(await fire('notificationclick', { notification: { close: () => done.push('close') } })));
    return done;
  };
  const own = 'https://relay.example/inbox';
  for (const url of [own, `${own}#conversation`, `${own}?x`]) {
    assert.deepEqual(await clicked(['https://relay.example/check', url]), ['close', `focus ${url}`]);
  }
  for (const urls of [[], ['https://relay.example/', 'https://relay.example/inbox/x', 'https://relay.example/v1/inbox']]) {
    assert.deepEqual(await clicked(urls), ['close', 'open /inbox']);
  }
});

test('an address that the push service changed is replaced by one for the same key', async () => {
  const oldSubscription = { options: { applicationServerKey: new ArrayBuffer(65), userVisibleOnly: false } };
  const [options] = await start().fire('pushsubscriptionchange', { oldSubscription });
  assert.equal(options.userVisibleOnly, true);
  assert.equal(options.applicationServerKey.byteLength, 65);
  // The browser has made one already, or does not say for which key.
  for (const event of [{ oldSubscription, newSubscription: {} }, {}, { oldSubscription: { options: {} } }]) {
    assert.deepEqual(await start().fire('pushsubscriptionchange', event), []);
  }
});

test('another language does not wait', async () => {
  assert.deepEqual(await start().fire('install', {}), ['skipWaiting']);
});
