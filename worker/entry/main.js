// What the runtime loads: what worker-build makes of the wasm, which begins anew at the next call when it has aborted, and
// what that leaves to do. All objects of an isolate share one wasm.

import { onAnew } from './wasm.js';
import * as made from 'einwurf:glue';

// Calls of which the answer is not there yet, and the states of all objects.
const underWay = new Set();
const states = new Set();
const evicted = new FinalizationRegistry((state) => states.delete(state));

// What waits in a wasm that is gone waits for steps that nobody takes: without this, whoever asked hears nothing until
// patience ends, and an alarm that never ends is never tried again.
const endAll = (error) => {
  for (const end of underWay) end(error);
  underWay.clear();
};

// What the object stored since it last waited is half of something, and would be written: it is dropped with the object,
// as if the process had been killed. The runtime lets nobody do that to an object but its own calls.
const dropHalves = () => {
  for (const state of states) {
    try {
      state.deref()?.abort('the wasm has aborted');
    } catch {
      // Another object's: what that stored was whole.
    }
  }
};

const attendTo = (error) => {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  endAll(error);
  dropHalves();
};

onAnew(() => endAll(new Error('the wasm has begun anew')));
addEventListener('error', ({ error }) => attendTo(error));

const answerOf = (call) =>
  new Promise((answered, failed) => {
    underWay.add(failed);
    const fail = (error) => {
      underWay.delete(failed);
      failed(error);
      attendTo(error);
    };
    const answer = (value) => {
      underWay.delete(failed);
      answered(value);
    };
    try {
      call().then(answer, fail);
    } catch (error) {
      fail(error);
    }
  });

const attended = (Made, calls) =>
  class extends Made {
    static {
      for (const call of calls) {
        const made = Made.prototype[call];
        this.prototype[call] = function (...said) {
          return answerOf(() => made.apply(this, said));
        };
      }
    }
  };

const object = (Made) =>
  class extends attended(Made, ['fetch', 'alarm', 'webSocketMessage', 'webSocketClose', 'webSocketError']) {
    constructor(state, env) {
      super(state, env);
      const known = new WeakRef(state);
      states.add(known);
      evicted.register(state, known);
    }
  };

// As the relay says it of storage that is away (`Fault::Unavailable`); browsers read it from every page.
const AWAY = 5;
const away = () =>
  Response.json(
    {
      type: 'urn:einwurf:problem:unavailable',
      code: 'unavailable',
      status: 503,
      title: 'The relay is not available at the moment.',
      retry_after: AWAY,
    },
    {
      status: 503,
      headers: {
        'content-type': 'application/problem+json',
        'access-control-allow-origin': '*',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'cross-origin',
        'retry-after': AWAY,
        'x-content-type-options': 'nosniff',
      },
    },
  );

export default class extends attended(made.default, ['fetch']) {
  async fetch(request) {
    try {
      return await super.fetch(request);
    } catch {
      return away();
    }
  }
}
export const Conversation = object(made.Conversation);
export const Inbox = object(made.Inbox);
export const Proof = object(made.Proof);
