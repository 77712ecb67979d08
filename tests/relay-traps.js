// Stands before the relay's own module in `tests/tests/traps.rs`: from the first request for `FROM` on, now and then a call
// out of the wasm is its last, since an allocation that no allocator can serve makes it abort, as a panic would. `TRAPS` says
// how often, and `FIRST` after how many calls.

const { Instance } = WebAssembly;
let traps = 0;
let left = 0;

const begins = (given) => given instanceof Request && given.url.endsWith(FROM);

WebAssembly.Instance = function (module, imports) {
  const glue = imports['./index_bg.js'];
  for (const [name, call] of Object.entries(glue)) {
    if (typeof call !== 'function') continue;
    glue[name] = (...all) => {
      if (!left && all.some(begins)) [traps, left] = [TRAPS, FIRST];
      if (traps && !--left) {
        traps -= 1;
        left = 2000 + Math.floor(Math.random() * 20000);
        console.error('last call', name);
        made.exports.__wbindgen_malloc(16, 3);
      }
      return call(...all);
    };
  }
  console.error('new instance');
  const made = new Instance(module, imports);
  return made;
};
