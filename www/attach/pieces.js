// Files in pieces: never more than one of them is on the heap.

/** Bytes that are worked on at once: far below 50 ms also on a slow phone. */
export const SLICE = 262_144;
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

/** The bytes of a blob, slice by slice. A file that changed on the disk cannot be read any more. */
export async function* slices(blob, signal) {
  for (let at = 0; at < blob.size; at += SLICE) {
    if (signal?.aborted) throw 'aborted';
    const slice = blob.slice(at, at + SLICE);
    let bytes;
    try {
      bytes = new Uint8Array(await slice.arrayBuffer());
    } catch {
      throw 'changed';
    }
    if (bytes.length !== slice.size) throw 'changed';
    yield bytes;
    await breath();
  }
}

/** Collects bytes into blobs of one part each: the browser keeps blobs outside the tab's memory. */
export class Parts {
  list = [];
  #held = [];
  #size = 0;

  push(bytes) {
    while (bytes.length) {
      const now = bytes.subarray(0, PART - this.#size);
      this.#held.push(now);
      this.#size += now.length;
      bytes = bytes.subarray(now.length);
      if (this.#size === PART) this.end();
    }
  }

  /** The last part is shorter. */
  end() {
    if (this.#size) this.list.push(new Blob(this.#held));
    [this.#held, this.#size] = [[], 0];
    return this.list;
  }
}
