// Files in pieces: never more than one of them is on the heap.

/** Bytes that are worked on at once: some milliseconds, and below 50 while the engine has not made it fast yet. */
export const SLICE = 524_288;
/** Bytes that are read at once: the way to a blob takes longer than reading from it. */
export const READ = 8 * SLICE;
/** Bytes of a part, the unit of upload (docs/protocol.md, section 12.4). */
export const PART = 1_048_576;

/** Lets the page do what it has to do: touches, animations, screen readers. */
export function breath() {
  if (globalThis.scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** Gives the memory of a buffer back at once; the collector lets several times a whole file pile up before it looks. */
export const free = ({ buffer }) => void buffer.transfer?.(0);

/** The bytes of a blob, slice by slice, each until the next. A file that changed on the disk cannot be read any more. */
export async function* slices(blob, signal) {
  const read = (at) => {
    const slice = blob.slice(at, at + READ);
    // Whether it failed is seen when its turn comes.
    return slice.arrayBuffer().then((bytes) => bytes.byteLength === slice.size && new Uint8Array(bytes), () => false);
  };
  // One is read while the one before is worked on.
  let next = blob.size && read(0);
  for (let at = 0; at < blob.size; at += READ) {
    const bytes = await next;
    if (!bytes) throw 'changed';
    if (at + READ < blob.size) next = read(at + READ);
    for (let from = 0; from < bytes.length; from += SLICE) {
      if (signal?.aborted) throw 'aborted';
      yield bytes.subarray(from, from + SLICE);
      await breath();
    }
    free(bytes);
  }
}

/** Collects bytes, which are its own from then on, into blobs of one part each: blobs lie outside the tab's memory. */
export class Parts {
  list = [];
  #held = [];
  #size = 0;

  push(bytes) {
    while (bytes.length) {
      const now = bytes.subarray(0, PART - this.#size);
      this.#held.push(now);
      this.#size += now.length;
      // What is left over lies in a buffer that is given back with this part.
      bytes = bytes.slice(now.length);
      if (this.#size === PART) this.end();
    }
  }

  /** The last part is shorter. */
  end() {
    if (this.#size) this.list.push(new Blob(this.#held));
    this.#held.forEach(free);
    [this.#held, this.#size] = [[], 0];
    return this.list;
  }
}
