// Files by number, for src/effects/files.rs: what a browser hands out stays here, and the module that reads, cleans, seals
// and sends is loaded when the first file is picked or opened, not before (docs/protocol.md, section 16.7).

export const openFiles = ({ relay, load, words, busy }) => {
  const held = new Map();
  let last = 0;
  let module;
  let turn = Promise.resolve();

  const started = () => {
    module ??= load();
    // What did not load is tried again with the next file.
    module.catch(() => (module = undefined));
    return module;
  };

  // One after the other: two large pictures at once are more than a small phone has room for.
  const inTurn = (act) => (turn = turn.then(act, act));

  // [ending, media type, length, preview, original, shrunk, marks, arrows]
  const found = ({ file, first, shown, arrows, original }) => [
    shown.name.split('.').pop(),
    shown.mediaType,
    shown.length,
    shown.preview,
    original,
    !original && shown.picture && first.length < file.size,
    !!first.markable,
    arrows.length,
  ];

  const release = async ({ first, shown }) => {
    const attach = await module;
    for (const prepared of new Set([first, shown])) if (prepared) attach.release(prepared);
  };

  const take = (entry, prepared) => {
    const before = entry.shown;
    entry.shown = prepared;
    entry.sealed = undefined;
    return before;
  };

  const acts = {
    prepare: (number, original, unclean) =>
      inTurn(async () => {
        const entry = held.get(number);
        if (!entry) throw 'aborted';
        const attach = await started();
        const prepared = await attach.prepare(entry.file, { original, unclean, number, words });
        // Taken out meanwhile.
        if (!held.has(number)) {
          attach.release(prepared);
          throw 'aborted';
        }
        if (entry.first) release(entry);
        Object.assign(entry, { first: prepared, shown: prepared, arrows: [], original, sealed: undefined });
        return found(entry);
      }),
    mark: (number, x, y) =>
      inTurn(async () => {
        const attach = await started();
        const entry = held.get(number);
        // From the middle of the picture towards the place, so that the arrow is never cut off.
        const from = (to) => (to > 0.5 ? to - 0.2 : to + 0.2);
        const arrows = [...entry.arrows, { x1: from(x), y1: from(y), x2: x, y2: y }];
        const before = take(entry, await attach.mark(entry.first, arrows));
        if (before !== entry.first) attach.release(before);
        entry.arrows = arrows;
        return found(entry);
      }),
    drop(number) {
      const entry = held.get(number);
      held.delete(number);
      entry?.stop?.abort();
      if (entry?.first) release(entry);
    },
    // The same bytes again for the same message; anew for another message or another conversation.
    seal: (number, cid, again) =>
      inTurn(async () => {
        const entry = held.get(number);
        if (!again || entry.cid !== cid) entry.sealed = undefined;
        entry.sealed ??= await (await started()).seal(entry.shown, { cid });
        entry.cid = cid;
        return [JSON.stringify(entry.sealed.attachment), entry.sealed.bytes];
      }),
    async upload(number, headers, missing, report) {
      const entry = held.get(number);
      entry.stop = new AbortController();
      await (await started()).upload(
        entry.sealed,
        { relay, path: '/v1/attachment', headers: Object.fromEntries(headers) },
        {
          missing: missing && [...missing],
          signal: entry.stop.signal,
          onprogress: (done, all) => report((100 * done) / all),
        },
      );
    },
    stop: (number) => held.get(number)?.stop?.abort(),
    // [address, name, whether it is a picture]
    async open(descriptor, cid, headers) {
      const attach = await started();
      const attachment = JSON.parse(descriptor);
      const way = { relay, path: '/v1/attachment', headers: Object.fromEntries(headers) };
      const blob = await attach.download(way, attachment, undefined, { cid });
      const look = await attach.look(blob);
      const name = attach.name(attachment.name, look?.mediaType ?? 'application/octet-stream');
      return [URL.createObjectURL(blob), name, !!look?.picture];
    },
    busy,
  };

  return {
    act: async (name, args) => acts[name](...args),
    // `heard` gets [number, name] of each file that was picked, dropped or pasted.
    listen(heard) {
      const on = (event) => {
        const { target, dataTransfer, clipboardData } = event;
        const files = [...((dataTransfer ?? clipboardData ?? target).files ?? [])];
        // A text from an office program has its picture beside it: the text is meant.
        if (!files.length || clipboardData?.getData('text/plain')) return;
        if (dataTransfer ?? clipboardData) event.preventDefault();
        // Copied above: the same file can be picked once more.
        else target.value = '';
        heard(files.map((file) => [held.set(++last, { file }) && last, file.name]));
      };
      for (const type of ['change', 'drop', 'paste']) addEventListener(type, on);
      // What is dropped beside must not replace the page.
      addEventListener('dragover', (event) => event.dataTransfer.types.includes('Files') && event.preventDefault());
    },
  };
};
