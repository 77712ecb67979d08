// The service worker that says that something waits in the inbox (docs/protocol.md, section 26). It is the only code of
// ours that runs without a page, so it can do next to nothing: it reads neither the push nor any storage, asks the network
// for nothing but its picture, and has no handler for `fetch`. No page lies below its scope, so it controls none.
/* global NOTE -- { title, body, lang, dir }, put here by the build from languages/ */

const { clients, registration } = self;

// One at a time: the next takes the place of one that nobody has looked at.
const note = { body: NOTE.body, lang: NOTE.lang, dir: NOTE.dir, tag: 'einwurf', icon: '/icons/inbox-192.png' };

// Another language is another file, which must not wait until the browser finds the time.
addEventListener('install', () => self.skipWaiting());

addEventListener('push', (event) => event.waitUntil(registration.showNotification(NOTE.title, note)));

const open = async () => {
  // The inbox is not controlled, so it has to be asked for.
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const inbox = windows.find(({ url }) => new URL(url).pathname === '/inbox');
  await (inbox ? inbox.focus() : clients.openWindow('/inbox'));
};

addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open());
});

// The push service changed the address. The inbox tells the relay when it is opened next, since only it has a session.
addEventListener('pushsubscriptionchange', (event) => {
  const options = event.oldSubscription?.options;
  if (event.newSubscription || !options?.applicationServerKey) return;
  const { applicationServerKey } = options;
  event.waitUntil(registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
});
