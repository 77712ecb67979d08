// Before everything else: what the glue of the wasm finds changed.

// Each step of each future in the wasm is a microtask, and the runtime's own `queueMicrotask` makes objects for every one
// that its collector has to find: a promise that is settled does the same within V8. A trap still reaches the `error` event.
globalThis.queueMicrotask = (run) => {
  Promise.resolve().then(run).catch(reportError);
};

const { Instance } = WebAssembly;

/** Calls `act` whenever the wasm begins anew. */
export const onAnew = (act) => {
  WebAssembly.Instance = function (...given) {
    act();
    return new Instance(...given);
  };
};
