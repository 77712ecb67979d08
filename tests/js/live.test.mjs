// The live connection of the widget: what it says, and that it stays silent once it was ended.
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { connect } from '../../widget/live.js';

const made = [];

class Socket {
  constructor(url, protocols) {
    Object.assign(this, { url, protocols, sent: [], closed: false });
    made.push(this);
  }
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
    // A browser says so later.
    queueMicrotask(() => this.onclose?.());
  }
}

const begin = (seconds = 0) => {
  const heard = [];
  const end = connect('https://relay.example', ['einwurf.1', 'address', 'token'], seconds, (word) => heard.push(word));
  return { end, heard };
};

beforeEach(() => {
  made.length = 0;
  globalThis.WebSocket = Socket;
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
});

test('credentials follow the name of the protocol, and none stands in the address', () => {
  begin();
  mock.timers.tick(0);
  assert.equal(made[0].url, 'wss://relay.example/v1/live');
  assert.deepEqual(made[0].protocols, ['einwurf.1', 'address', 'token']);
});

test('it waits at least half of its time and never longer than all of it', () => {
  begin(10);
  mock.timers.tick(4999);
  assert.equal(made.length, 0);
  mock.timers.tick(5001);
  assert.equal(made.length, 1);
});

test('only what the protocol names is heard', () => {
  const { heard } = begin();
  mock.timers.tick(0);
  made[0].onopen();
  for (const data of ['look', 'pong', 'open', 'closed', '', new ArrayBuffer(1)]) made[0].onmessage({ data });
  assert.deepEqual(heard, ['open', 'look']);
});

test('a line that answers stays, and one that does not is given up', () => {
  const { heard } = begin();
  mock.timers.tick(0);
  made[0].onopen();
  mock.timers.tick(20000);
  assert.deepEqual(made[0].sent, ['ping']);
  made[0].onmessage({ data: 'pong' });
  mock.timers.tick(20000);
  assert.deepEqual([made[0].sent.length, heard], [2, ['open']]);
  mock.timers.tick(20000);
  assert.deepEqual([made[0].closed, heard], [true, ['open', 'closed']]);
});

test('what breaks is said once', async () => {
  const { heard } = begin();
  mock.timers.tick(0);
  made[0].onclose();
  await null;
  made[0].onopen();
  assert.deepEqual(heard, ['closed']);
});

test('a page that forbids it by throwing is a connection that never was', () => {
  globalThis.WebSocket = class {
    constructor() {
      throw new DOMException('no', 'SecurityError');
    }
  };
  const { heard } = begin();
  mock.timers.tick(0);
  assert.deepEqual(heard, ['closed']);
});

test('ended, it says nothing any more, and what had not begun does not begin', async () => {
  const waiting = begin(10);
  waiting.end();
  mock.timers.tick(20000);
  assert.equal(made.length, 0);
  const { end, heard } = begin();
  mock.timers.tick(0);
  const [socket] = made;
  end();
  await null;
  socket.onopen();
  socket.onmessage({ data: 'look' });
  assert.deepEqual([socket.closed, heard], [true, []]);
});
